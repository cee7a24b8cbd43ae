import { h, iconButton } from '../core/dom.js';
import { icon } from '../core/icons.js';

const known = [
  [130429, 'rate limit'], [131056, 'too many to one customer'], [131047, 'window closed'], [131026, 'undeliverable'],
  [131000, 'something went wrong'], [131016, 'service unavailable'], [131048, 'spam'], [190, 'token expired'], [4, 'app rate'],
  [80007, 'account rate'], [132001, 'no such template'], [502, 'gateway, not sent'], [504, 'gateway, but sent'],
];

const nameOf = code => known.find(([each]) => each === code)?.[1] ?? '';

/** The Graph errors to come: a list to add to. `change` takes the part of chaos that differs. */
export function codes(change) {
  let errors = [];
  const list = h('ul', { class: 'codes', 'aria-label': 'Graph errors to come' });
  const code = h('input', { type: 'number', list: 'graph-codes', min: 0, max: 4_000_000, value: 131000, 'aria-label': 'Error code' });
  const count = h('input', { type: 'number', min: 0, max: 1000, value: 1, 'aria-label': 'How many sends fail; 0: until taken out' });
  const element = h('div', { class: 'code-editor' }, list,
    h('div', { class: 'code-line' }, 'Fail the next', count, 'sends with', code,
      h('button', { type: 'button', class: 'button', text: 'Add', onclick: add })),
    h('datalist', { id: 'graph-codes' }, known.map(([value, label]) => h('option', { value, label }))));

  function add() {
    if (code.reportValidity() && count.reportValidity()) {
      change({ graphErrors: [...errors, { code: Number(code.value), count: Number(count.value) }] });
    }
  }

  function set(value) {
    errors = value ?? [];
    list.replaceChildren(...errors.map((error, index) => h('li', {},
      h('span', { text: `${error.count ? `${error.count} ×` : 'all'} ${error.code} ${nameOf(error.code)}` }),
      iconButton(icon('close'), `Take ${error.code} out`, () => change({ graphErrors: errors.filter((_, at) => at !== index) })))));
  }

  return { element, set };
}
