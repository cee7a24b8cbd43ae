import { announce, h, plain } from '../core/dom.js';
import { confirmed } from '../core/dialog.js';
import { roving } from '../core/roving.js';
import { keyOf } from '../core/store.js';
import { list, placeOf } from './memory/list.js';
import { recordView } from './memory/record.js';
import { statistics } from './memory/statistics.js';
import { tick } from './memory/ttl.js';
import { changesOf, fork, timeline } from './memory/travel.js';

const pause = 150; // ms in which the events of one turn become one look at the store

/** What the bot remembers of the customer of the active chat: now, or as it was after one of their turns. */
export function mount(element, { api, live, store, page }) {
  const tables = new Map(); // the open ones, by name
  let memory = null;
  let then = null; // the memory after a turn; null: now
  let chosen = null;
  let shown = '';
  let wanted = 0;
  let timer = 0;
  let isShown = false;

  const title = h('h3', {});
  const about = h('p', { class: 'hint' });
  const reserved = h('input', { type: 'checkbox', id: 'memory-reserved', onchange: () => load() });
  const rows = h('div', { class: 'memory-list', role: 'group', 'aria-label': 'Records' });
  const detail = h('div', { class: 'memory-detail', hidden: true });
  const changes = h('div', { class: 'memory-changes', hidden: true });
  const travel = timeline(turn => (turn ? goTo(turn) : goNow()), () => fork(then, { api, store, page }));
  const stats = statistics(api, store);
  const erase = h('button', { type: 'button', class: 'button danger', text: 'Erase the user', onclick: eraseUser });
  element.append(
    h('header', { class: 'memory-head' }, title, about,
      h('label', { class: 'check', for: reserved.id }, reserved, ' The pipeline’s own records')),
    travel.element, changes, rows, detail, stats.element, h('div', { class: 'actions memory-end' }, erase));
  roving(rows, '.record');

  const pair = () => page.active;
  const query = values => new URLSearchParams(values).toString();

  async function load() {
    const of = pair();
    if (!of || !isShown) return;
    const mine = ++wanted;
    const answer = await store.attempt(() => api.get(`/memory?${query({ ...of, reserved: reserved.checked })}`));
    const opened = await Promise.all([...tables.keys()].map(name => loadTable(of, name)));
    if (!answer || mine !== wanted) return;
    for (const table of opened) if (table) tables.set(table.name, table);
    memory = { ...answer, of };
    travel.show(memory.turns, then?.turn ?? null);
    render();
  }

  const loadTable = (of, name) => store.attempt(() => api.get(`/memory/table?${query({ number: of.number, table: name })}`));

  function render() {
    if (!memory) return;
    const customer = store.customer(memory.of.customer);
    title.textContent = then ? 'Memory as it was' : `Memory of ${plain(customer?.name) || memory.user}`;
    about.textContent = `${memory.tenant} · ${memory.user} · ${memory.backend}`;
    erase.hidden = Boolean(then);
    reserved.closest('label').hidden = Boolean(then);
    const focused = document.activeElement?.closest?.('.record')?.dataset.place;
    const active = document.activeElement;
    const summary = rows.contains(active) && active.matches('summary') ? active.textContent : null;
    const { records } = then ?? memory;
    rows.replaceChildren(...list({ records, names: then ? [] : memory.tables, tables, chosen, choose, toggle, store }));
    if (focused) [...rows.querySelectorAll('.record')].find(each => each.dataset.place === focused)?.focus();
    if (summary !== null) [...rows.querySelectorAll('summary')].find(each => each.textContent === summary)?.focus();
    show();
  }

  async function toggle(name, open) {
    if (!open) tables.delete(name);
    else if (!tables.has(name)) {
      tables.set(name, { name, rows: [], more: false });
      await load();
    }
  }

  function choose(place) {
    chosen = place;
    render();
    detail.scrollIntoView({ block: 'nearest' });
  }

  const find = place => [...(then ?? memory).records, ...[...tables.values()].flatMap(table => table.rows)]
    .find(record => placeOf(record) === place);

  function show() {
    const record = chosen && find(chosen);
    detail.hidden = !record;
    const seen = JSON.stringify([record ?? null, Boolean(then)]);
    if (seen === shown) return; // what did not change keeps the focus
    shown = seen;
    if (!record) {
      detail.replaceChildren();
      return;
    }
    const open = new Set([...detail.querySelectorAll('details[open]')].map(each => each.dataset.name));
    detail.replaceChildren(...recordView(record, {
      api, store, query, open, of: memory.of, isPast: Boolean(then), goTo, load, find: () => find(placeOf(record)),
      close: () => {
        choose(null);
        rows.querySelector('.record[tabindex="0"]')?.focus();
      },
    }));
  }

  async function goTo(turn) {
    const [past, changed] = await Promise.all([
      store.attempt(() => api.get(`/turns/${encodeURIComponent(turn)}/memory`)),
      store.attempt(() => api.get(`/turns/${encodeURIComponent(turn)}/changes`)),
    ]);
    if (!past) return;
    then = past;
    changes.replaceChildren(...changesOf(changed ?? []));
    changes.hidden = false;
    travel.show(memory?.turns ?? [], turn);
    announce('The memory as it was after that turn');
    render();
  }

  function goNow() {
    then = null;
    changes.hidden = true;
    load();
  }

  async function eraseUser() {
    const words = 'States, user records, timers and messages that wait are deleted, and the history of them. Rows of tables stay.';
    if (!(await confirmed('Erase all the bot remembers of this user?', words, 'Erase'))) return;
    await store.attempt(() => api.post('/memory/erase', memory.of));
    load();
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(load, pause);
  }

  function another() {
    const of = pair();
    if (!of || (memory && keyOf(of) === keyOf(memory.of))) return;
    chosen = null;
    if (then && then.customer !== of.customer) goNow();
    else load();
  }

  live.on('memory', soon);
  live.on('clock', soon);
  live.on('reload', soon);
  store.addEventListener('active', another);
  setInterval(() => isShown && tick(element, store, soon), 1000);
  return {
    shown: wish => {
      isShown = true;
      stats.start();
      load().then(() => wish?.turn && goTo(wish.turn));
    },
    hidden: () => {
      isShown = false;
      stats.stop();
    },
  };
}
