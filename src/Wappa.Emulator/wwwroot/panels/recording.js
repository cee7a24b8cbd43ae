import { announce, h, uniqueId } from '../core/dom.js';
import { openDialog } from '../core/dialog.js';
import { timeOf } from '../core/time.js';
import { flat } from '../core/format.js';

/** Shows a conversation as a C# test: from which message to which, to copy, to keep as a file. With a `turn`, of that turn only. */
export async function recordDialog({ api, store, page, turn }) {
  const pair = turn?.number && turn.customer ? { number: turn.number, customer: turn.customer } : page.active;
  if (!pair) {
    announce('Open a chat first');
    return;
  }
  const messages = await store.attempt(() => api.messages(pair.number, pair.customer));
  if (!messages) return;
  const said = messages.filter(message => message.direction === 'in');
  const nameOf = message => `${timeOf(message.at)} ${flat(message.content?.text?.body ?? message.type).slice(0, 40)}`;
  const choice = (label, value) => {
    const select = h('select', { id: uniqueId('record'), onchange: fill },
      said.map(message => h('option', { value: message.id, text: nameOf(message) })));
    select.value = value ?? '';
    return { select, field: h('div', { class: 'field' }, h('label', { for: select.id, text: label }), select) };
  };
  const first = choice('From', turn?.message ?? said[0]?.id);
  const last = choice('To', turn?.message ?? said.at(-1)?.id);
  const code = h('code', {});
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const done = h('span', { class: 'said', role: 'status' });
  let source = '';
  let file = 'ConversationTests.cs';

  async function fill() {
    done.textContent = '';
    try {
      source = await api.recording(pair, first.select.value, last.select.value);
      file = `${/class (\w+)/.exec(source)[1]}.cs`;
      problem.hidden = true;
    } catch (error) {
      source = '';
      problem.textContent = error.message;
      problem.hidden = false;
    }
    code.textContent = source;
  }

  async function copy() {
    await navigator.clipboard.writeText(source);
    done.textContent = 'Copied.';
    return false;
  }

  function download() {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/plain' }));
    h('a', { href: url, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    done.textContent = `Saved as ${file}.`;
    return false;
  }

  await fill();
  await openDialog({
    title: 'Record as test',
    className: 'wide recording',
    body: [h('div', { class: 'range' }, first.field, last.field), problem,
      h('pre', { class: 'json', tabindex: '0', 'aria-label': 'The test' }, code), done],
    actions: [{ label: 'Copy', run: copy }, { label: 'Download', primary: true, run: download }],
  });
}
