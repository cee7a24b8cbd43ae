import { h, hidden, iconButton, plain } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { roving } from '../core/roving.js';
import { keyOf } from '../core/store.js';
import { briefly } from '../core/time.js';
import { excerpt } from '../bubbles/excerpt.js';
import { ticks } from '../bubbles/ticks.js';
import { avatar } from './avatar.js';

/** The left column: every customer with every number, the latest on top. */
export function sidebar(store, page) {
  const list = h('ul', { class: 'conversations', 'aria-label': 'Conversations', onkeydown: beside });
  const search = h('input', {
    type: 'search', placeholder: 'Search', 'aria-label': 'Search the customers', autocomplete: 'off', oninput: render,
  });
  const element = h('nav', { class: 'sidebar', 'aria-label': 'Customers' },
    h('header', { class: 'sidebar-head' }, h('h2', { text: 'Customers' }),
      iconButton(icon('addPerson'), 'New customer', () => page.newCustomer())),
    h('div', { class: 'search' }, search), list);
  roving(list, '.conversation');

  function pairs() {
    const wanted = search.value.trim().toLowerCase();
    const all = store.world.customers.flatMap(customer => store.world.numbers.map(number => ({ customer, number })));
    return all
      .filter(({ customer, number }) => !wanted
        || [customer.name, customer.phone, customer.username, number.name].some(text => String(text ?? '').toLowerCase().includes(wanted)))
      .map(pair => ({ ...pair, conversation: store.conversation(keyOf({ number: pair.number.id, customer: pair.customer.id })) }))
      .sort((one, other) => at(other) - at(one));
  }

  const at = ({ conversation }) => (conversation.last ? Date.parse(conversation.last.at) : 0);

  // A conversation keeps its button while what it says changes: a click that is under way, and the focus, must not lose it.
  function render() {
    const wanted = pairs().map(pair => ({ ...pair, key: keyOf(pair.conversation) }));
    const old = new Map([...list.children].map(item => [item.dataset.key, item]));
    const items = wanted.map(({ key }) => old.get(key) ?? make(key));
    if (items.length === 0) items.push(h('li', { class: 'nobody', text: 'Nobody of that name.' }));
    if (items.length !== list.children.length || items.some((item, at) => item !== list.children[at])) arrange(items);
    wanted.forEach((pair, at) => fill(items[at].firstChild, pair));
  }

  function arrange(items) {
    const focused = list.contains(document.activeElement) ? document.activeElement : null;
    list.replaceChildren(...items);
    if (focused?.isConnected) focused.focus();
  }

  const make = key => h('li', { data: { key } }, h('button', { type: 'button', class: 'conversation', tabindex: '-1',
    onclick: event => page.open(key, event.ctrlKey || event.metaKey) }));

  function fill(button, { key, customer, number, conversation }) {
    const { last, unread } = conversation;
    button.classList.toggle('current', page.isOpen(key));
    if (page.isOpen(key)) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
    const parts = [
      avatar(customer.name, customer.id),
      h('span', { class: 'conversation-text' },
        h('span', { class: 'conversation-top' }, h('bdi', { class: 'name', text: plain(customer.name) }), identity(customer),
          last ? h('time', { datetime: last.at, text: briefly(last.at, store.now()) }) : null),
        h('span', { class: 'conversation-bottom' },
          h('span', { class: 'last', dir: 'auto' }, store.isTyping(key) ? h('em', { text: 'typing…' }) : line(customer, last)),
          unread > 0 ? h('span', { class: 'unread' }, String(unread), hidden(' unread')) : null),
        store.world.numbers.length > 1 ? h('small', { class: 'with' }, hidden('with '), plain(number.name)) : null),
    ];
    button.replaceChildren(...parts);
  }

  const line = (customer, last) => (last
    ? [last.direction === 'out' ? ticks(last) : null, h('span', { text: excerpt(last) })]
    : [h('span', { class: 'faint', text: customer.phone ? `+${customer.phone}` : 'No messages yet' })]).filter(Boolean);

  function identity(customer) {
    if (customer.identity === 'username') return h('span', { class: 'tag', text: 'username' });
    return customer.identity === 'legacy' ? h('span', { class: 'tag', text: 'legacy' }) : null;
  }

  // Alt and Enter, or Ctrl and a click: a second chat beside the first.
  function beside(event) {
    const key = event.target.closest?.('li')?.dataset.key;
    if (event.key !== 'Enter' || !event.altKey || !key) return;
    event.preventDefault();
    page.open(key, true);
  }

  for (const name of ['world', 'typing', 'clock']) store.addEventListener(name, render);
  return { element, render, focus: () => list.querySelector('[tabindex="0"]')?.focus() };
}
