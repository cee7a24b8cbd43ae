import { h, iconButton, plain } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { openMenu } from '../core/menu.js';
import { excerpt } from '../bubbles/excerpt.js';
import { typeOf, withFile } from './files.js';
import { kinds } from './kinds.js';

const kept = 20;

/**
 * The line one types in. Enter sends, Shift and Enter break the line, the up arrow in an empty line brings back what was sent,
 * Escape forgets the message being answered or edited. `chat` has `key`, `pair`, `customer()`, `botName()` and `send(message)`.
 */
export function composer(chat) {
  let about = null; // { message, edits }: what is being answered, or edited
  const sent = [];
  let recalled = 0;

  const text = h('textarea', { rows: 1, maxlength: 4096, placeholder: 'Type a message', 'aria-label': 'Message', autocomplete: 'off',
    dir: 'auto', onkeydown: keys, oninput: grow, onpaste: paste });
  const bar = h('div', { class: 'about', hidden: true });
  const attach = iconButton(icon('plus'), 'Attach', () => openMenu(attach, 'Attach', kinds.map(kind => kind && {
    label: kind.label, icon: kind.icon, run: () => ask(kind),
  }), 'attach-menu'), { 'aria-haspopup': 'menu', 'aria-expanded': 'false' });
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const element = h('form', { class: 'composer', onsubmit: submit, 'aria-label': 'Write a message' }, bar, problem,
    h('div', { class: 'composer-line' }, attach, text, iconButton(icon('send'), 'Send', undefined, { type: 'submit', class: 'send' })));

  function grow() {
    text.style.height = 'auto';
    text.style.height = `${Math.min(text.scrollHeight, 140)}px`;
  }

  function write(words) {
    text.value = words;
    grow();
  }

  function keys(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      element.requestSubmit();
    } else if (event.key === 'Escape' && about) {
      event.stopPropagation();
      forget();
    } else if (event.key === 'ArrowUp' && (text.value === '' || text.value === sent.at(-recalled)) && recalled < sent.length) {
      event.preventDefault();
      write(sent.at(-++recalled));
    }
  }

  async function submit(event) {
    event.preventDefault();
    const body = text.value;
    if (!body.trim()) return;
    const message = about?.edits
      ? { type: 'edit', edit: { original_message_id: about.message.id, message: { type: 'text', text: { body } } } }
      : { type: 'text', text: { body }, ...context() };
    write('');
    keep(body); // not afterwards: the bot may have answered by then
    if (!await deliver(message) && !text.value) write(body);
  }

  function keep(body) {
    sent.push(body);
    if (sent.length > kept) sent.shift();
    recalled = 0;
  }

  const context = () => (about && !about.edits ? { context: { id: about.message.id } } : {});

  async function deliver(message) {
    problem.hidden = true;
    try {
      await chat.send(message);
      forget();
      return true;
    } catch (error) {
      problem.textContent = `Not sent. ${error.message}`;
      problem.hidden = false;
      return false;
    }
  }

  async function ask(kind) {
    const message = await kind.ask(chat.customer());
    if (message) await deliver(message.type === 'raw' ? message : { ...context(), ...message });
    text.focus();
  }

  async function paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    await sendFiles(files);
  }

  async function sendFiles(files) {
    for (const file of files) {
      try {
        await deliver(await withFile(typeOf(file), file));
      } catch (error) {
        problem.textContent = `${plain(file.name)} was not sent. ${error.message}`;
        problem.hidden = false;
      }
    }
  }

  function turnTo(message, edits) {
    about = { message, edits };
    const title = edits ? 'Edit the message' : `Reply to ${message.direction === 'in' ? 'yourself' : plain(chat.botName())}`;
    bar.replaceChildren(h('div', { class: 'quote' }, h('strong', { text: title }), h('span', { dir: 'auto', text: excerpt(message) })),
      iconButton(icon('close'), edits ? 'Do not edit' : 'Do not reply', forget));
    bar.hidden = false;
    if (edits) write(message.content?.text?.body ?? '');
    text.focus();
  }

  function forget() {
    if (about?.edits) write('');
    about = null;
    bar.hidden = true;
  }

  return {
    element,
    focus: () => text.focus(),
    replyTo: message => turnTo(message, false),
    edit: message => turnTo(message, true),
    sendFiles,
    deliver,
  };
}
