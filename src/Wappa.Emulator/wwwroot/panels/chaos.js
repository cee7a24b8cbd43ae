import { h, uniqueId } from '../core/dom.js';
import { confirmed } from '../core/dialog.js';
import { span } from '../core/time.js';
import { codes } from './codes.js';

const shares = [
  ['duplicate', 'Duplicate', 'the same webhook comes twice'],
  ['drop', 'Drop', 'the webhook never comes'],
  ['badSignature', 'Wrong signature', 'the app must refuse it'],
  ['appError', 'App fails', 'as if the app answered 500: tried again'],
];
const switches = [
  ['reorder', 'Reorder', 'neighbours change places'],
  ['legacyShape', 'Webhooks of 2025', 'numbers only, no user ids'],
  ['unescapedJson', 'UTF-8 webhooks', 'instead of \\u escapes'],
  ['graphRate', 'Rate limits', '80 messages a second, 45 in 6 s to one customer'],
  ['storeOutage', 'Store outage', 'every call of the memory fails'],
];
const statuses = [
  ['autoDeliver', 'Deliver', 'messages of the bot arrive by themselves'],
  ['autoRead', 'Read', 'and are read without opening the chat'],
];
const amounts = [
  ['delayMs', 'Delay of webhooks', 'ms', 0, 600_000],
  ['batch', 'Updates in a POST', '', 1, 1000],
  ['statusFlood', 'Extra copies of a status', '', 0, 100],
  ['seed', 'Seed', '', 0, 2_147_483_647],
];
const rules = [
  ['window', 'Outside the 24 hours', [['async', 'accepted, then failed'], ['sync', 'refused at once'], ['off', 'no check']]],
  ['templates', 'Templates', [['any', 'any name'], ['known', 'only those created here']]],
  ['recipients', 'Unknown numbers', [['any', 'become customers'], ['known', 'are refused']]],
];
const steps = [['1 min', 60], ['30 min', 1800], ['1 h', 3600], ['23 h 59 min', 86_340], ['1 d', 86_400], ['30 d', 2_592_000]];

/** The switches of what goes wrong, and the clock. */
export function mount(element, { api, live, store }) {
  const controls = new Map();
  const notes = h('p', { class: 'hint', role: 'status' });
  const clock = h('p', { class: 'clock' });
  let current = {};

  const change = async part => {
    const answer = await store.attempt(() => api.setChaos(part));
    show(answer ?? current);
  };

  function show(chaos) {
    current = chaos;
    for (const [name, set] of controls) set(chaos[name]);
  }

  function toggle([name, label, words]) {
    const input = h('input', { type: 'checkbox', role: 'switch', onchange: () => change({ [name]: input.checked }) });
    controls.set(name, value => { input.checked = Boolean(value); });
    return h('label', { class: 'toggle' }, h('span', {}, label, h('small', { text: words })), input);
  }

  function share([name, label, words]) {
    const output = h('output', {});
    const input = h('input', { type: 'range', min: 0, max: 100, step: 5, 'aria-label': `${label}, percent`,
      oninput: () => { output.textContent = `${input.value} %`; }, onchange: () => change({ [name]: Number(input.value) / 100 }) });
    controls.set(name, value => {
      input.value = Math.round(Number(value ?? 0) * 100);
      output.textContent = `${input.value} %`;
    });
    return h('div', { class: 'share' }, h('span', {}, label, h('small', { text: words })), input, output);
  }

  function amount([name, label, unit, min, max]) {
    const id = uniqueId('amount');
    const input = h('input', { id, type: 'number', min, max, step: 1,
      onchange: () => (input.reportValidity() ? change({ [name]: Number(input.value) }) : undefined) });
    controls.set(name, value => { input.value = value ?? min; });
    return h('div', { class: 'amount' }, h('label', { for: id, text: unit ? `${label} (${unit})` : label }), input);
  }

  function rule([name, label, options]) {
    const id = uniqueId('rule');
    const input = h('select', { id, onchange: () => store.attempt(() => api.setSettings({ [name]: input.value })) },
      options.map(([value, text]) => h('option', { value, text })));
    const set = () => { input.value = store.world.settings?.[name] ?? options[0][0]; };
    store.addEventListener('world', set);
    set();
    return h('div', { class: 'amount' }, h('label', { for: id, text: label }), input);
  }

  async function advance(seconds) {
    const answer = await store.attempt(() => api.advance(seconds));
    if (answer) notes.textContent = ['The clock went forward.', ...(answer.notes ?? [])].join(' ');
  }

  function showClock() {
    const ahead = store.world.clockOffset ?? 0;
    clock.textContent = `${new Date(store.now()).toLocaleString()}${ahead > 0 ? ` (${span(ahead * 1000)} ahead)` : ''}`;
  }

  const errors = codes(change);
  controls.set('graphErrors', errors.set);
  const group = (title, ...children) => h('fieldset', { class: 'group' }, h('legend', { text: title }), children);
  element.append(
    group('Clock', clock, h('div', { class: 'presets' }, steps.map(([label, seconds]) => h('button', {
      type: 'button', class: 'chip', 'aria-label': `Clock forward ${label}`, text: `+ ${label}`, onclick: () => advance(seconds),
    }))), notes),
    group('Webhooks', shares.map(share), switches.slice(0, 3).map(toggle), amounts.map(amount)),
    group('Graph API', errors.element, switches.slice(3, 4).map(toggle), rules.map(rule)),
    group('Memory', switches.slice(4).map(toggle)),
    group('Customer', statuses.map(toggle)),
    h('div', { class: 'actions' },
      h('button', { type: 'button', class: 'button', text: 'All as it was', onclick: () => change({ reset: true }) }),
      h('button', { type: 'button', class: 'button danger', text: 'Reset the world', onclick: () => reset(api, store) })));

  const load = () => store.attempt(() => api.chaos()).then(chaos => chaos && show(chaos));
  live.on('chaos', show);
  live.on('reload', load);
  store.addEventListener('clock', showClock);
  setInterval(showClock, 1000);
  showClock();
  load();
}

async function reset(api, store) {
  const words = 'Customers, messages, the wire and chaos go back to the start. The clock and what the bot remembers stay.';
  if (await confirmed('Reset the world?', words, 'Reset')) await store.attempt(() => api.reset());
}
