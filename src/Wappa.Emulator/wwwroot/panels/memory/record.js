import { announce, h, iconButton } from '../../core/dom.js';
import { confirmed, openDialog } from '../../core/dialog.js';
import { icon } from '../../core/icons.js';
import { exactTimeOf } from '../../core/time.js';
import { jsonView } from '../json.js';
import { edit } from './edit.js';
import { nameOf, size } from './list.js';
import { changeView, who } from './travel.js';
import { ttl } from './ttl.js';

/** The details of one record as nodes. */
export function recordView(record, context) {
  const { api, store, of, isPast, goTo, load, open, query, close } = context;
  const address = { ...of, kind: record.kind, table: record.kind === 'table' ? record.owner : undefined, name: record.name };
  const canChange = !isPast && !record.reserved;
  const button = (text, onclick, more = '') => h('button', { type: 'button', class: `button ${more}`, text, onclick });
  const writer = written => {
    const text = `${who(written)}, ${exactTimeOf(written.at)}`;
    return written.turn ? h('button', { type: 'button', class: 'plain', text, onclick: () => goTo(written.turn) }) : text;
  };
  const fact = (name, value) => (value ? h('div', {}, h('dt', { text: name }), h('dd', {}, value)) : null);
  const section = (name, title, content, ontoggle) =>
    h('details', { open: open.has(name), data: { name }, ontoggle }, h('summary', { text: title }), content);

  async function remove() {
    if (!(await confirmed(`Delete ${nameOf(record)}?`, 'The bot will not find it any more.', 'Delete'))) return;
    await store.attempt(() => api.post('/memory/record/delete', address));
    close();
    load();
  }

  const history = h('div', {});
  async function showHistory(event) {
    if (!event.currentTarget.open) return;
    const known = Object.fromEntries(Object.entries(address).filter(([, value]) => value !== undefined));
    const changes = await store.attempt(() => api.get(`/memory/changes?${query(known)}`));
    history.replaceChildren(...(changes?.length ? changes.map(change => changeView(change, goTo))
      : [h('p', { class: 'hint', text: 'Not changed since the app started.' })]));
  }

  const blame = Object.entries(record.blame);
  return [
    h('header', { class: 'detail-head' }, h('h3', { text: nameOf(record) }), iconButton(icon('close'), 'Close the record', close)),
    canChange ? h('div', { class: 'actions' },
      button('Edit', () => edit(record, address, context)),
      button('Time to live', () => renew(record, address, context)),
      button('Delete', remove, 'danger')) : h('p', { class: 'hint', text: isPast ? 'As it was: it cannot be changed, but forked.'
      : 'The pipeline’s own: it can only be read.' }),
    h('dl', { class: 'facts' },
      fact('Kind', record.kind === 'table' ? `row of ${record.owner}` : record.kind),
      fact('Revision', record.revision), fact('Size', size(record.bytes)),
      fact('Time to live', ttl(record.expiresAt, store)), fact('Written by', record.writer && writer(record.writer))),
    jsonView(record.json),
    blame.length > 0 ? section('blame', 'Who wrote each field', h('dl', { class: 'facts' },
      blame.map(([name, written]) => fact(name, writer(written))))) : null,
    isPast ? null : section('history', 'History', history, showHistory),
  ].filter(Boolean);
}

function renew(record, address, { api, load }) {
  const seconds = h('input', {
    type: 'number', min: 1, max: 315_360_000, step: 1, value: 1800, 'aria-label': 'Seconds to live', required: true,
  });
  const set = async value => {
    await api.post('/memory/record/ttl', { ...address, seconds: value });
    announce('The time to live was changed');
    load();
    return true;
  };
  return openDialog({
    title: `Time to live of ${nameOf(record)}`,
    body: h('div', { class: 'amount' }, h('span', { text: 'Seconds from now' }), seconds),
    actions: [{ label: 'Never expires', run: () => set(null) }, { label: 'Set', primary: true, run: () => set(Number(seconds.value)) }],
  });
}
