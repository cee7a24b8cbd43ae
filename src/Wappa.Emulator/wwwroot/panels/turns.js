import { h, plain } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { roving } from '../core/roving.js';
import { keyOf } from '../core/store.js';
import { exactTimeOf } from '../core/time.js';
import { recordDialog } from './recording.js';
import { milliseconds, turnDetails } from './turn.js';

const most = 300; // turns kept in the page; the emulator has more
const words = { waiting: 'waits', running: 'runs', sending: 'sends', done: 'done', failed: 'failed', duplicate: 'duplicate' };
const looks = { done: 'good', failed: 'bad', duplicate: 'warn' };
const filters = [
  ['turns', 'Turns', turn => turn.kind !== 'status'],
  ['all', 'All', () => true],
  ['failed', 'Failed', turn => turn.state === 'failed' || turn.steps.some(step => step.error)],
];

/** The timeline: what each message, status and timer set off in the app, the latest on top, and the steps of the one that is chosen. */
export function mount(element, { api, live, store, page }) {
  const turns = new Map();
  let filter = 'turns';
  let chosen = null;
  let asked = 0;

  const list = h('ul', { class: 'turn-list', 'aria-label': 'Turns, the latest first' });
  const detail = h('div', { class: 'turn-detail', hidden: true });
  const only = h('input', { type: 'checkbox', id: 'turns-only', checked: true, onchange: render });
  const empty = h('p', { class: 'hint', text: 'Nothing has been handled yet. Send a message.' });
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': 'Show' }, filters.map(([name, label]) =>
    h('button', { type: 'button', class: 'chip', text: label, 'aria-pressed': String(name === filter), data: { name }, onclick: choose })));
  const record = h('button', { type: 'button', class: 'button', onclick: () => recordDialog({ api, store, page }) }, 'Record as test');
  element.append(h('div', { class: 'turn-tools' }, chips,
    h('label', { class: 'check', for: 'turns-only' }, only, ' Open chats'), record), empty, list, detail);
  roving(list, '.turn');

  function choose(event) {
    filter = event.currentTarget.dataset.name;
    for (const chip of chips.children) chip.setAttribute('aria-pressed', String(chip.dataset.name === filter));
    render();
  }

  function isShown(turn) {
    if (only.checked && turn.number && turn.customer && !page.isOpen(keyOf(turn))) return false;
    return filters.find(([name]) => name === filter)[2](turn);
  }

  function row(turn) {
    const took = turn.endedAt ? milliseconds(Date.parse(turn.endedAt) - Date.parse(turn.startedAt)) : '';
    const kind = turn.kind === 'message' ? '' : `${turn.kind} · `;
    return h('li', { data: { id: turn.id } }, h('button', { type: 'button', class: `turn ${turn.state}`,
      'aria-current': turn.id === chosen ? 'true' : undefined, tabindex: '-1', onclick: () => show(turn.id) },
    h('span', { class: 'turn-text' }, h('span', { text: plain(turn.title) || turn.kind }),
      h('small', { text: [
        `${kind}${plain(store.customer(turn.customer)?.name ?? turn.userId ?? turn.tenant)}`, exactTimeOf(turn.startedAt), took,
        turn.attempts > 1 ? `${turn.attempts} attempts` : ''].filter(Boolean).join(' · ') })),
    h('span', { class: `status ${looks[turn.state] ?? 'open'}`, text: words[turn.state] ?? turn.state })));
  }

  function render() {
    const shown = [...turns.values()].filter(isShown).sort((one, other) => other.no - one.no);
    list.replaceChildren(...shown.map(row));
    empty.hidden = shown.length > 0;
  }

  // The usual event changes one row; the rest of the list stays, and the focus with it.
  function put(turn) {
    const isNew = !turns.has(turn.id);
    turns.set(turn.id, turn);
    if (turns.size > most) turns.delete(turns.keys().next().value);
    const old = [...list.children].find(item => item.dataset.id === turn.id);
    if (!isShown(turn)) old?.remove();
    else if (old) replace(old, row(turn));
    else if (isNew) list.prepend(row(turn));
    else render();
    while (list.children.length > most) list.lastChild.remove();
    empty.hidden = list.children.length > 0;
    if (turn.id === chosen) fill(turn.id);
  }

  function replace(old, item) {
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(item);
    if (hadFocus) item.firstChild.focus();
  }

  function show(id) {
    chosen = id;
    for (const item of list.children) {
      if (item.dataset.id === id) item.firstChild.setAttribute('aria-current', 'true');
      else item.firstChild.removeAttribute('aria-current');
    }
    return fill(id);
  }

  // Steps come faster than answers: only the answer to the latest question counts.
  async function fill(id) {
    const mine = ++asked;
    const turn = await store.attempt(() => api.turn(id));
    if (!turn || mine !== asked || chosen !== id) return;
    const open = new Set([...detail.querySelectorAll('details[open]')].map(each => each.dataset.name));
    const focused = detail.contains(document.activeElement) ? document.activeElement.dataset.name : undefined;
    detail.replaceChildren(...turnDetails(turn, { page, close, open, record: () => recordDialog({ api, store, page, turn }) }));
    detail.hidden = false;
    if (focused) detail.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  }

  function close() {
    detail.hidden = true;
    const button = [...list.children].find(item => item.dataset.id === chosen)?.firstChild;
    chosen = null;
    button?.removeAttribute('aria-current');
    button?.focus();
  }

  async function load() {
    const answer = await store.attempt(() => api.turns());
    if (!answer) return;
    turns.clear();
    for (const turn of answer) turns.set(turn.id, turn);
    render();
    if (store.world.mode === 'standalone') {
      element.replaceChildren(h('div', { class: 'empty' }, icon('turns'), h('h3', { text: 'Turns' }),
        h('p', { text: 'Only an app that has the emulator inside can tell what it did.' })));
    }
  }

  live.on('turn', put);
  live.on('reload', load);
  live.on('world', load);
  store.addEventListener('opened', () => only.checked && render());
  load();
  return { shown: detailOf => detailOf?.turn && show(detailOf.turn) };
}
