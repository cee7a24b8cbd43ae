import { h } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { roving } from '../core/roving.js';
import { keyOf } from '../core/store.js';
import { exactTimeOf } from '../core/time.js';
import { details } from './details.js';
import { badge, duration, isFailed, isStatus, summary } from './exchange.js';

const most = 500; // exchanges kept in the page; the emulator has more
const filters = [
  ['all', 'All', () => true],
  ['messages', 'Messages', exchange => !isStatus(exchange)],
  ['webhook', 'Webhooks', exchange => exchange.kind === 'webhook'],
  ['graph', 'Graph', exchange => exchange.kind === 'graph'],
  ['failed', 'Failed', isFailed],
];

/** The wire: every webhook and Graph call, the latest on top, and the details of the one that is chosen. */
export function mount(element, { api, live, store, page }) {
  const exchanges = new Map();
  let filter = 'all';
  let chosen = null;

  const list = h('ul', { class: 'wire-list', 'aria-label': 'Exchanges, the latest first' });
  const detail = h('div', { class: 'wire-detail', hidden: true });
  const only = h('input', { type: 'checkbox', id: 'wire-only', onchange: render });
  const empty = h('p', { class: 'hint', text: 'Nothing went over the wire yet. Send a message.' });
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': 'Show' }, filters.map(([name, label]) =>
    h('button', { type: 'button', class: 'chip', text: label, 'aria-pressed': String(name === filter), data: { name }, onclick: choose })));
  element.append(h('div', { class: 'wire-tools' }, chips,
    h('label', { class: 'check', for: 'wire-only' }, only, ' Open chats')), empty, list, detail);
  roving(list, '.exchange');

  function choose(event) {
    filter = event.currentTarget.dataset.name;
    for (const chip of chips.children) chip.setAttribute('aria-pressed', String(chip.dataset.name === filter));
    render();
  }

  function isShown(exchange) {
    if (only.checked && !page.isOpen(keyOf(exchange))) return false;
    return filters.find(([name]) => name === filter)[2](exchange);
  }

  function row(exchange) {
    const words = `${exchange.kind === 'webhook' ? 'Webhook' : 'Graph'}, ${summary(exchange)}`;
    return h('li', { data: { id: exchange.id } }, h('button', { type: 'button', class: `exchange ${isFailed(exchange) ? 'failed' : ''}`,
      'aria-current': exchange.id === chosen ? 'true' : undefined, tabindex: '-1', onclick: () => show(exchange.id) },
    h('span', { class: `direction ${exchange.kind}` }, icon(exchange.kind === 'webhook' ? 'forward' : 'reply')),
    h('span', { class: 'exchange-text' }, h('span', { text: words }),
      h('small', { text: [exactTimeOf(exchange.at), duration(exchange), exchange.attempt > 1 ? `attempt ${exchange.attempt}` : '',
        exchange.signatureValid === false ? 'wrong signature' : ''].filter(Boolean).join(' · ') })),
    badge(exchange)));
  }

  function render() {
    const shown = [...exchanges.values()].filter(isShown).reverse();
    list.replaceChildren(...shown.map(row));
    empty.hidden = shown.length > 0;
  }

  // The usual event changes one row; the rest of the list stays, and the focus with it.
  function put(exchange) {
    exchanges.set(exchange.id, exchange);
    if (exchanges.size > most) exchanges.delete(exchanges.keys().next().value);
    const old = [...list.children].find(item => Number(item.dataset.id) === Number(exchange.id));
    if (!isShown(exchange)) old?.remove();
    else if (old) replace(old, row(exchange));
    else list.prepend(row(exchange));
    while (list.children.length > most) list.lastChild.remove();
    empty.hidden = list.children.length > 0;
    if (exchange.id === chosen) fill(exchange);
  }

  function replace(old, item) {
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(item);
    if (hadFocus) item.firstChild.focus();
  }

  async function show(id) {
    chosen = id;
    for (const item of list.children) {
      if (item.dataset.id === String(id)) item.firstChild.setAttribute('aria-current', 'true');
      else item.firstChild.removeAttribute('aria-current');
    }
    const exchange = exchanges.get(id) ?? await store.attempt(() => api.exchange(id));
    if (exchange && chosen === id) fill(exchange);
  }

  function fill(exchange) {
    const open = new Set([...detail.querySelectorAll('details[open]')].map(each => each.dataset.name));
    detail.replaceChildren(...details(exchange, { api, store, page, show, close, open: detail.hidden ? null : open }));
    detail.hidden = false;
  }

  function close() {
    detail.hidden = true;
    const button = [...list.children].find(item => item.dataset.id === String(chosen))?.firstChild;
    chosen = null;
    button?.removeAttribute('aria-current');
    button?.focus();
  }

  async function load() {
    const answer = await store.attempt(() => api.exchanges());
    if (!answer) return;
    exchanges.clear();
    for (const exchange of answer) exchanges.set(exchange.id, exchange);
    render();
  }

  live.on('exchange', put);
  live.on('reload', load);
  live.on('world', load);
  store.addEventListener('opened', () => only.checked && render());
  load();
  return { shown: detailOf => detailOf?.exchange && show(detailOf.exchange) };
}
