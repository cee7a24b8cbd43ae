import { h, plain } from '../../core/dom.js';
import { ttl } from './ttl.js';

/** What tells a record from all others of the customer and the tenant. */
export const placeOf = record => JSON.stringify([record.kind, record.owner, record.name]);

export const nameOf = record => (record.kind === 'table' && record.name === '' ? '(the table itself)' : plain(record.name));

export const size = bytes => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`);

/** The records as a tree: states, user records, and the tenant's tables, each of which is loaded when it is opened. */
export function list({ records, names, tables, chosen, choose, toggle, store }) {
  const row = record => h('li', {}, h('button', {
    type: 'button', class: 'record', data: { place: placeOf(record) }, tabindex: '-1',
    'aria-current': placeOf(record) === chosen ? 'true' : undefined, onclick: () => choose(placeOf(record)),
  }, h('span', { class: 'record-name', text: nameOf(record) }),
  h('small', {}, `${size(record.bytes)} · `, ttl(record.expiresAt, store))));
  const rows = (label, of, more) => [
    h('ul', { 'aria-label': label }, of.map(row)),
    of.length === 0 ? h('p', { class: 'hint', text: 'Nothing.' }) : null,
    more ? h('p', { class: 'hint', text: 'And more: only the first are shown.' }) : null,
  ];
  const group = (label, of) => h('section', { class: 'memory-group' }, h('h4', { text: label }), rows(label, of, false));
  const table = name => {
    const known = tables.get(name);
    return h('details', { class: 'memory-table', open: Boolean(known), ontoggle: event => toggle(name, event.currentTarget.open) },
      h('summary', { text: plain(name) }), known ? rows(`Rows of ${plain(name)}`, known.rows, known.more) : null);
  };
  return [
    group('State', records.filter(record => record.kind === 'state')),
    group('User', records.filter(record => record.kind === 'user')),
    names.length > 0 ? h('section', { class: 'memory-group' }, h('h4', { text: 'Tables of the tenant' }), names.map(table)) : null,
  ].filter(Boolean);
}
