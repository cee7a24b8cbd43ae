import { h, plain } from '../../core/dom.js';
import { openDialog } from '../../core/dialog.js';
import { keyOf } from '../../core/store.js';
import { exactTimeOf } from '../../core/time.js';

/** Who wrote, in words. */
export const who = ({ by, turn, attempt }) => (turn ? `turn ${turn.slice(0, 6)}${attempt > 1 ? `, attempt ${attempt}` : ''}`
  : { page: 'this page', app: 'the app' }[by] ?? by);

/** The slider over the turns: the last place is now. `go` is called with the id of a turn, or null. */
export function timeline(go, continueFrom) {
  let turns = [];
  const range = h('input', { type: 'range', min: 0, max: 0, step: 1, value: 0, 'aria-label': 'Time, in turns',
    onchange: () => go(turns[Number(range.value)]?.id ?? null) });
  const words = h('output', { class: 'memory-when', text: 'Now' });
  const back = h('button', { type: 'button', class: 'button', text: 'Back to now', hidden: true, onclick: () => go(null) });
  const on = h('button', { type: 'button', class: 'button', text: 'Continue from here', hidden: true, onclick: continueFrom });

  function show(all, turn) {
    turns = all;
    const at = turns.findIndex(each => each.id === turn);
    const isPast = turn !== null;
    range.max = turns.length;
    range.value = isPast && at >= 0 ? at : turns.length;
    range.disabled = turns.length === 0;
    const place = turns[at];
    words.textContent = !isPast ? 'Now'
      : place ? `After turn ${at + 1} of ${turns.length} (${place.kind}, ${exactTimeOf(place.at)})` : 'After a turn of before';
    range.setAttribute('aria-valuetext', words.textContent);
    back.hidden = !isPast;
    on.hidden = !isPast;
  }

  const element = h('div', { class: 'memory-time' }, h('div', { class: 'share' }, words, range), h('div', { class: 'actions' }, on, back));
  return { element, show };
}

/** What a turn changed, as nodes. */
export const changesOf = changes => [h('h4', { text: 'What this turn changed' }),
  ...(changes.length > 0 ? changes.map(change => changeView(change)) : [h('p', { class: 'hint', text: 'Nothing.' })])];

/** One change: each field with what it was and what it is. */
export function changeView(change, goTo) {
  const label = `${who(change)}, ${exactTimeOf(change.at)}`;
  const record = `${change.kind === 'table' ? `${plain(change.owner)} / ` : ''}${plain(change.name)} `;
  return h('article', { class: 'change' },
    h('p', {}, h('strong', { text: `${change.what} ` }), goTo ? null : record, goTo && change.turn
      ? h('button', { type: 'button', class: 'plain', text: label, onclick: () => goTo(change.turn) })
      : h('small', { text: label })),
    h('dl', { class: 'diff' }, change.fields.map(field => h('div', {}, h('dt', { text: plain(field.name) }),
      h('dd', {}, field.before === null ? null : h('del', { text: field.before }), ' ',
        field.after === null ? null : h('ins', { text: field.after }))))));
}

/** Makes a customer who goes on from a turn, and opens the chat with them. */
export function fork(then, { api, store, page }) {
  const original = store.customer(then.customer)?.name ?? 'Somebody';
  const name = h('input', {
    type: 'text', maxlength: 100, required: true, value: `${original} (fork)`, 'aria-label': 'Name of the new customer',
  });
  const run = async () => {
    const { customer, number } = await api.post(`/turns/${encodeURIComponent(then.turn)}/fork`, { customerName: name.value });
    await known(store, customer.id);
    page.open(keyOf({ number, customer: customer.id }), true);
    return true;
  };
  return openDialog({
    title: 'Continue from here',
    body: [h('p', { text: 'A new customer gets this memory and what was said up to here. Nothing is sent again; timers stay behind.' }),
      h('div', { class: 'amount' }, h('span', { text: 'Name' }), name)],
    actions: [{ label: 'Cancel' }, { label: 'Create', primary: true, run }],
  });
}

// The answer may come before the event that makes the customer known to the page.
const known = (store, id) => new Promise(resolve => {
  const look = () => {
    if (!store.customer(id)) return;
    store.removeEventListener('world', look);
    resolve();
  };
  store.addEventListener('world', look);
  look();
});
