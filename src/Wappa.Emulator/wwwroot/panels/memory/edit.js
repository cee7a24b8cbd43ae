import { announce, h } from '../../core/dom.js';
import { openDialog } from '../../core/dialog.js';
import { jsonView } from '../json.js';
import { nameOf } from './list.js';

/** Edits a record as JSON. When it has changed meanwhile both versions are shown, and nothing is lost of either. */
export function edit(record, address, { api, load, find }) {
  let revision = record.revision;
  const text = h('textarea', { class: 'json-edit', rows: 14, spellcheck: 'false', 'aria-label': 'JSON of the record', value: record.json });
  const conflict = h('div', { class: 'conflict', role: 'alert', hidden: true });

  async function save() {
    try {
      await api.put('/memory/record', { ...address, json: text.value, revision });
    } catch (refused) {
      if (refused.status !== 409) throw refused;
      await load();
      show(refused.message, find());
      return false;
    }
    announce('Saved');
    load();
    return true;
  }

  function show(words, current) {
    revision = current?.revision ?? '0';
    conflict.replaceChildren(...[
      h('p', { class: 'problem', text: `${words} Above is yours; save again to overwrite.` }),
      current ? h('h3', { text: 'As it is now' }) : null,
      current ? jsonView(current.json) : null,
      current ? h('button', { type: 'button', class: 'button', text: 'Take this version', onclick: () => {
        text.value = current.json;
        conflict.hidden = true;
        text.focus();
      } }) : null,
    ].filter(Boolean));
    conflict.hidden = false;
  }

  return openDialog({
    title: `Edit ${nameOf(record)}`,
    className: 'wide',
    body: [text, conflict],
    actions: [{ label: 'Cancel' }, { label: 'Save', primary: true, run: save }],
    initial: () => text,
  });
}
