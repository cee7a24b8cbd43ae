import { h, plain } from '../core/dom.js';
import { openDialog } from '../core/dialog.js';
import { openMenu } from '../core/menu.js';
import { bodyOf, excerpt } from '../bubbles/excerpt.js';

const emoji = [
  ['👍', 'thumbs up'], ['❤️', 'heart'], ['😂', 'laughing'], ['😮', 'surprised'], ['😢', 'sad'], ['🙏', 'thanks'],
];

const reaction = (message, symbol) => ({ type: 'reaction', reaction: { message_id: message.id, ...(symbol ? { emoji: symbol } : {}) } });

/** Opens the menu of a message. `chat` sends, answers, edits, and shows the wire. */
export function messageMenu(chat, message, button) {
  const mine = message.direction === 'in';
  const reacted = (message.reactions ?? []).find(each => each.by === 'customer')?.emoji;
  const canEdit = mine && message.type === 'text' && !message.revoked;
  const isVoice = !mine && message.type === 'audio' && bodyOf(message).voice && message.status !== 'played';
  const entries = [
    { label: 'Reply', icon: 'reply', run: () => chat.replyTo(message) },
    { label: 'React', icon: 'smile', run: () => react(chat, message, reacted) },
    reacted && { label: `Take ${reacted} back`, icon: 'close', run: () => chat.send(reaction(message)) },
    message.type === 'text' && { label: 'Forward to the bot', icon: 'forward', run: () => chat.send(forwarded(message)) },
    isVoice && { label: 'Mark as played', icon: 'microphone', run: () => chat.played(message) },
    canEdit && { label: 'Edit', icon: 'edit', run: () => chat.edit(message) },
    mine && !message.revoked && { label: 'Delete for everyone', icon: 'trash', danger: true, run: () => chat.send(revoked(message)) },
    undefined,
    { label: 'Copy text', icon: 'copy', run: () => navigator.clipboard?.writeText(bodyOf(message).body ?? excerpt(message)) },
    message.exchange && { label: 'Show on the wire', icon: 'wire', run: () => chat.showExchange(message.exchange) },
    { label: 'Show as JSON', icon: 'code', run: () => showJson(message) },
  ];
  openMenu(button, 'Message', entries.filter(entry => entry !== false && entry !== null).map(entry => entry ?? null));
}

const forwarded = message => ({ type: 'text', text: { body: bodyOf(message).body }, context: { forwarded: true } });
const revoked = message => ({ type: 'revoke', revoke: { original_message_id: message.id } });

function react(chat, message, current) {
  const other = h('input', {
    'aria-label': 'Another emoji', maxlength: 16, placeholder: 'another', autocomplete: 'off', class: 'emoji-input',
  });
  return openDialog({
    title: 'React',
    className: 'small',
    body: close => h('div', { class: 'emoji-row' }, emoji.map(([symbol, name]) => h('button', {
      type: 'button', class: 'emoji', 'aria-label': name, 'aria-pressed': String(symbol === current), text: symbol,
      onclick: () => close(symbol),
    })), other),
    initial: () => undefined,
    actions: [{ label: 'React', primary: true, run: () => other.value.trim() || false }],
  }).then(symbol => symbol && chat.send(reaction(message, symbol)));
}

const showJson = message => openDialog({
  title: `Message ${plain(message.type)}`,
  body: h('pre', { class: 'json', tabindex: '0', 'aria-label': 'JSON' }, h('code', { text: JSON.stringify(message, null, 2) })),
  actions: [{ label: 'Close', primary: true }],
});
