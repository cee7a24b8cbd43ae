import { api } from '../core/api.js';
import { announce, h, iconButton, plain } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { pairOf } from '../core/store.js';
import { span } from '../core/time.js';
import { composer } from '../compose/composer.js';
import { excerpt } from '../bubbles/excerpt.js';
import { avatar } from './avatar.js';
import { messageMenu } from './actions.js';
import { log } from './log.js';

/**
 * One conversation: its head, the state of its 24-hour window, the messages and the line to type in. `page` opens and closes
 * columns and shows exchanges.
 */
export function column(store, page, key) {
  const pair = pairOf(key);
  const customer = () => store.customer(pair.customer) ?? { name: '', phone: '' };
  const botName = () => store.number(pair.number)?.name ?? 'The bot';
  const send = message => api.send(pair.number, pair.customer, message);
  const chat = {
    key, pair, customer, botName, send,
    now: () => store.now(),
    find: id => store.message(key, id),
    menu: (message, button) => messageMenu(actions, message, button),
  };
  const writing = composer(chat);
  // What a tap or a menu sends shows its trouble where a typed text would.
  const messages = log({ ...chat, send: writing.deliver });
  const actions = {
    send: writing.deliver,
    replyTo: writing.replyTo,
    edit: writing.edit,
    played: message => store.attempt(() => api.read(pair.number, pair.customer, message.id)),
    showExchange: id => page.showExchange(id),
  };

  const title = h('h2', {});
  const subtitle = h('p', {});
  const face = h('span', {});
  const banner = h('p', { class: 'window' });
  const head = h('header', { class: 'chat-head' },
    iconButton(icon('back'), 'Back to the conversations', () => page.showList(), { class: 'narrow-only' }),
    face, h('div', { class: 'chat-title' }, title, subtitle),
    iconButton(icon('person'), 'Change the customer', () => page.editCustomer(pair.customer)),
    iconButton(icon('panel'), 'Show the panel', () => page.togglePanel(), { class: 'panel-button' }),
    iconButton(icon('close'), 'Close the chat', () => page.close(key), { class: 'wide-only close-chat' }));
  const element = h('section', { class: 'chat', data: { key }, ondragover: dragged, ondrop: dropped, ondragleave: left },
    head, banner, messages.element, writing.element);

  function dragged(event) {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    element.classList.add('dropping');
  }

  function left(event) {
    if (!element.contains(event.relatedTarget)) element.classList.remove('dropping');
  }

  function dropped(event) {
    event.preventDefault();
    element.classList.remove('dropping');
    writing.sendFiles([...event.dataTransfer.files]);
  }

  function showHead() {
    const who = plain(customer().name);
    title.textContent = plain(botName());
    subtitle.textContent = `You are ${who}${customer().phone ? ` · +${customer().phone}` : ''}`;
    element.setAttribute('aria-label', `Chat of ${who} with ${plain(botName())}`);
    face.replaceChildren(avatar(botName(), pair.number));
  }

  function showWindow() {
    const ends = store.conversation(key).windowEndsAt;
    const rest = ends ? Date.parse(ends) - store.now() : 0;
    const wrote = store.messages(key).length > 0;
    banner.className = `window ${rest > 0 ? 'open' : 'closed'}`;
    const words = rest > 0 ? `The bot may write freely for ${span(rest)}`
      : wrote ? 'The 24-hour window is closed: the bot may send templates only. A message of yours opens it.'
        : 'Write first: until then the bot may send templates only.';
    if (banner.textContent !== words) banner.textContent = words;
  }

  const isSeen = () => document.visibilityState === 'visible' && element.checkVisibility();

  // Reading is what a visible chat does: the bot's messages get their status "read".
  function markRead() {
    const conversation = store.conversation(key);
    if (conversation.unread === 0 || !isSeen()) return;
    conversation.unread = 0;
    read();
  }

  const read = () => store.attempt(() => api.read(pair.number, pair.customer));

  function heard(event) {
    const { key: changed, message, isNew } = event.detail;
    if (changed !== key) return;
    if (!message) messages.showAll(store.messages(key));
    else messages.put(message);
    showWindow();
    if (message?.direction !== 'out') return;
    if (isNew) announce(`${plain(botName())}: ${excerpt(message)}`);
    // Only what was delivered can be read, and that may come after the chat showed it.
    if (message.status === 'delivered' && isSeen()) read();
  }

  const typed = event => event.detail.key === key && messages.setTyping(store.isTyping(key));

  function world() {
    showHead();
    showWindow();
    markRead();
  }

  function clock() {
    showWindow();
    messages.rename();
  }

  const listeners = { messages: heard, typing: typed, world, clock };
  for (const [name, listener] of Object.entries(listeners)) store.addEventListener(name, listener);
  document.addEventListener('visibilitychange', markRead);
  const ticking = setInterval(showWindow, 1000);
  showHead();
  showWindow();
  const ready = store.open(key).then(() => {
    messages.setTyping(store.isTyping(key));
    markRead();
  });

  return {
    key, element, ready,
    show: messages.show,
    focus: writing.focus,
    markRead,
    close() {
      clearInterval(ticking);
      document.removeEventListener('visibilitychange', markRead);
      for (const [name, listener] of Object.entries(listeners)) store.removeEventListener(name, listener);
      element.remove();
    },
  };
}
