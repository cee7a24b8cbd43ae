import { h } from '../core/dom.js';
import { roving } from '../core/roving.js';
import { dayName, dayOf } from '../core/time.js';
import { bubble, isPill, meta, shape } from '../bubbles/bubble.js';

const near = 120; // pixels from the end within which new messages scroll into view

/** The messages of one conversation, kept as elements: what did not change is not made again, so the focus and players stay. */
export function log(chat) {
  const list = h('ol', { class: 'log', role: 'list' });
  const scroller = h('div', { class: 'scroller', role: 'region', 'aria-label': `Messages with ${chat.botName()}` }, list);
  const shapes = new Map();
  let end = null; // what stays last: the typing bubble

  // Only the current bubble's own controls are stops of the Tab key: otherwise each message would be several.
  const focus = roving(list, '.bubble', {
    start: 'last',
    entered: (item, on) => {
      for (const control of item.querySelectorAll('button, a, summary, video, audio')) control.tabIndex = on ? 0 : -1;
    },
  });

  const context = { ...chat, find: chat.find, show, menu: chat.menu };
  const itemOf = id => [...list.children].find(item => item.dataset.id === id);
  const toEnd = () => { scroller.scrollTop = scroller.scrollHeight; };

  // Who reads the end stays there when pictures arrive late, the window changes, or the pane is shown again.
  let isAtEnd = true;
  scroller.addEventListener('scroll', () => {
    isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < near;
  });
  const sizes = new ResizeObserver(() => isAtEnd && toEnd());
  sizes.observe(scroller);
  sizes.observe(list);

  function divider(at) {
    return h('li', { class: 'row day', role: 'separator', data: { day: dayOf(at), at } }, h('span', { text: dayName(at, chat.now()) }));
  }

  function make(message) {
    shapes.set(message.id, shape(message));
    const item = bubble(message, context);
    item.dataset.day = dayOf(message.at);
    for (const control of item.querySelectorAll('button, a, summary, video, audio')) control.tabIndex = -1;
    return item;
  }

  function showAll(messages) {
    shapes.clear();
    const items = [];
    let day = null;
    for (const message of messages) {
      if (dayOf(message.at) !== day) items.push(divider(message.at));
      day = dayOf(message.at);
      items.push(make(message));
    }
    list.replaceChildren(...items, ...(end ? [end] : []));
    focus.toLast();
    toEnd();
  }

  function put(message) {
    const old = itemOf(message.id);
    if (old) return change(old, message);
    const last = [...list.children].findLast(item => item !== end);
    if (last?.dataset.day !== dayOf(message.at)) list.insertBefore(divider(message.at), end);
    list.insertBefore(make(message), end);
    if (!list.contains(document.activeElement)) focus.toLast();
    if (isAtEnd || message.direction === 'in') toEnd();
  }

  function change(old, message) {
    if (shapes.get(message.id) === shape(message) && !isPill(message)) {
      old.querySelector('.meta').replaceWith(meta(message));
      return;
    }
    const hadFocus = old.contains(document.activeElement);
    const item = make(message);
    old.replaceWith(item);
    if (hadFocus) item.querySelector('.bubble').focus();
  }

  function show(id) {
    const found = itemOf(id)?.querySelector('.bubble');
    if (!found) return;
    found.scrollIntoView({ block: 'center' });
    found.focus({ preventScroll: true });
    found.classList.add('found');
    found.addEventListener('animationend', () => found.classList.remove('found'), { once: true });
  }

  function setTyping(on) {
    end?.remove();
    end = on ? h('li', { class: 'row theirs typing' },
      h('div', { class: 'bubble-typing', role: 'img', 'aria-label': `${chat.botName()} is typing` }, h('i'), h('i'), h('i'))) : null;
    if (end) list.append(end);
    if (isAtEnd) toEnd();
  }

  // "Today" becomes "Yesterday" when the clock goes forward.
  function rename() {
    for (const item of list.querySelectorAll('.day')) item.firstChild.textContent = dayName(item.dataset.at, chat.now());
  }

  return { element: scroller, showAll, put, show, setTyping, rename };
}
