import { h, hidden, iconButton, plain, webAddress } from '../core/dom.js';
import { formatted, isJumbo } from '../core/format.js';
import { icon } from '../core/icons.js';
import { timeOf } from '../core/time.js';
import { cards, json } from './cards.js';
import { bodyOf, excerpt } from './excerpt.js';
import { interactive } from './interactive.js';
import { media } from './media.js';
import { template } from './template.js';
import { failure, statusWords, ticks } from './ticks.js';

const long = 700;

function text(message) {
  const body = String(bodyOf(message).body ?? '');
  if (isJumbo(body)) return [h('div', { class: 'text jumbo', text: body })];
  const words = h('div', { class: 'text' }, formatted(body.length > long ? `${body.slice(0, long).trimEnd()}…` : body));
  const more = body.length > long && h('button', { type: 'button', class: 'plain', text: 'Read more',
    onclick: event => {
      words.replaceChildren(...formatted(body));
      event.currentTarget.remove();
    } });
  return [bodyOf(message).preview_url ? preview(body) : null, words, more];
}

// The page loads nothing from elsewhere, so a preview is the host and the path.
function preview(body) {
  const url = webAddress(/https?:\/\/\S+/i.exec(body)?.[0] ?? '');
  return url && h('div', { class: 'preview' }, h('strong', { text: url.host }), h('small', { text: plain(url.pathname) }));
}

const unsupported = message => [h('p', { class: 'placeholder' },
  `This message cannot be shown${bodyOf(message).type ? ` (${plain(bodyOf(message).type)})` : ''}.`)];

const unknown = message => [h('p', { class: 'placeholder', text: `A message of type ${plain(message.type)}` }),
  h('details', { class: 'raw' }, h('summary', { text: 'JSON' }), json(bodyOf(message)))];

const renderers = {
  text, interactive, template, unsupported, ...media, ...cards,
  button: message => [h('div', { class: 'text chosen', dir: 'auto', text: plain(bodyOf(message).text) })],
  request_welcome: () => [h('p', { class: 'placeholder', text: 'Opened the chat for the first time' })],
};

/** System events stand between the bubbles, as pills. */
export const isPill = message => message.type === 'system';

function quote(message, context) {
  const id = message.content?.context?.id ?? message.content?.context?.message_id ?? message.context?.id ?? message.context?.message_id;
  if (!id) return null;
  const quoted = context.find(id);
  const author = !quoted ? 'Message' : quoted.direction === 'in' ? 'You' : context.botName();
  return h('button', { type: 'button', class: `quote ${quoted?.direction === 'in' ? 'own' : ''}`, onclick: () => context.show(id),
    'aria-label': `In reply to ${plain(author)}: ${excerpt(quoted) || 'a message that is not here'}` },
  h('strong', { text: plain(author) }), h('span', { dir: 'auto', text: excerpt(quoted) || 'A message that is not here' }));
}

function labels(message) {
  const about = message.content?.context ?? message.context ?? {};
  const referral = message.content?.referral;
  return [
    about.forwarded || about.frequently_forwarded
      ? h('div', { class: 'label' }, icon('forward'), about.frequently_forwarded ? icon('forward') : null,
        about.frequently_forwarded ? 'Forwarded many times' : 'Forwarded')
      : null,
    referral ? h('div', { class: 'referral' }, icon('megaphone'), h('div', {}, h('strong', { text: plain(referral.headline ?? 'Ad') }),
      h('small', { text: plain(referral.body ?? referral.source_url ?? '') }))) : null,
    about.referred_product ? h('div', { class: 'label' }, icon('store'), plain(about.referred_product.product_retailer_id)) : null,
  ];
}

function reactions(message) {
  const shown = (message.reactions ?? []).filter(reaction => reaction.emoji);
  if (shown.length === 0) return null;
  const emoji = [...new Set(shown.map(reaction => reaction.emoji))].join('');
  return h('div', { class: 'reactions' }, hidden('Reactions: '), h('span', { text: emoji }),
    shown.length > 1 ? h('small', { text: shown.length }) : null);
}

/** The line at the end of a bubble: edited, time, ticks. */
export const meta = message => h('div', { class: 'meta' },
  message.edited && !message.revoked ? h('span', { text: 'Edited' }) : null,
  h('time', { datetime: message.at, text: timeOf(message.at) }), ticks(message));

const spoken = (message, context) => [
  message.direction === 'in' ? 'You' : plain(context.botName()), excerpt(message), timeOf(message.at), statusWords(message),
].filter(Boolean).join(', ');

const deleted = () => [h('p', { class: 'placeholder' }, icon('ban'), 'This message was deleted')];

function content(message, context) {
  if (message.revoked) return deleted();
  return [...labels(message), quote(message, context), ...(renderers[message.type] ?? unknown)(message, context)];
}

// Stickers and large emoji stand without a bubble around them.
const isBare = message => !message.revoked
  && (message.type === 'sticker' || (message.type === 'text' && isJumbo(String(bodyOf(message).body ?? ''))));

/** What of a message changes its bubble beyond the line at its end. */
export const shape = message =>
  JSON.stringify([message.content, message.reactions, message.edited, message.revoked, message.errors, message.status === 'failed']);

/** One message as a list item. `context` finds and shows other messages, sends answers, and opens the menu of a message. */
export function bubble(message, context) {
  if (isPill(message)) {
    return h('li', { class: 'row pill', data: { id: message.id } },
      h('p', { class: 'bubble', text: plain(bodyOf(message).body ?? excerpt(message)) }));
  }
  const side = message.direction === 'in' ? 'mine' : 'theirs';
  const article = h('article', { class: `bubble ${isBare(message) ? 'bare' : ''}`, data: { type: message.type },
    'aria-label': spoken(message, context), tabindex: '-1' },
  content(message, context), meta(message), failure(message), reactions(message),
  iconButton(icon('down'), 'Message menu', event => context.menu(message, event.currentTarget),
    { class: 'bubble-menu', 'aria-haspopup': 'menu', 'aria-expanded': 'false', tabindex: '-1' }));
  return h('li', { class: `row ${side}`, data: { id: message.id } }, article);
}
