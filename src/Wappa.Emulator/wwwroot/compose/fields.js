import { h, uniqueId } from '../core/dom.js';
import { openDialog } from '../core/dialog.js';

/** A labelled input of a form: `read` takes its value, `set` changes it. */
export function field(name, label, { options, lines, type = 'text', ...attributes } = {}) {
  const id = uniqueId('field');
  if (type === 'checkbox') return checkbox(name, label, id, attributes);
  const input = options ? select(id, options, attributes) : h(lines ? 'textarea' : 'input', { id, rows: lines, dir: 'auto',
    type: lines ? undefined : type, autocomplete: 'off', ...attributes });
  return {
    name,
    element: h('div', { class: 'field' }, h('label', { for: id, text: label }), input),
    read: () => (type === 'file' ? input.files[0] : input.value.trim()),
    set: value => { input.value = value ?? ''; },
    input,
  };
}

function checkbox(name, label, id, { value, ...attributes }) {
  const input = h('input', { id, type: 'checkbox', checked: Boolean(value), ...attributes });
  return {
    name, input,
    element: h('div', { class: 'field check' }, input, h('label', { for: id, text: label })),
    read: () => input.checked,
    set: on => { input.checked = Boolean(on); },
  };
}

const select = (id, options, { value, ...attributes }) => h('select', { id, ...attributes },
  options.map(([key, text]) => h('option', { value: key, selected: key === value, text })));

/** A field of JSON; what cannot be read is told when the form is sent. */
export function jsonField(name, label, value, lines = 10) {
  const text = field(name, label, { lines, value: JSON.stringify(value, null, 2), spellcheck: 'false', class: 'code' });
  return {
    ...text,
    read: () => {
      try {
        return JSON.parse(text.input.value);
      } catch (error) {
        text.input.focus();
        throw new Error(`${label}: this is not JSON. ${error.message}`);
      }
    },
  };
}

/** Asks for the fields in a dialog; answers what `build` makes of their values, or nothing when it was closed. */
export function form(title, fields, build, above = null, label = 'Send') {
  return openDialog({
    title,
    body: [above, ...fields.map(each => each.element)].filter(Boolean),
    initial: () => fields[0]?.input,
    actions: [{
      label, primary: true,
      run: () => build(Object.fromEntries(fields.map(each => [each.name, each.read()]))),
    }],
  });
}
