import { h, iconButton, uniqueId } from './dom.js';
import { icon } from './icons.js';

/**
 * Opens a modal dialog and answers when it is closed. The element is the browser's own `dialog`: it keeps the focus inside,
 * Escape closes it, and the focus goes back to where it was.
 * `body` are nodes; `actions` are `{ label, primary, danger, run }`: what `run` answers is the dialog's answer, false keeps the
 * dialog open, and so does an error, whose words are then shown. Without a `run` the dialog closes without an answer.
 */
export function openDialog({ title, body, actions = [], className = '', initial }) {
  return new Promise(resolve => {
    const heading = h('h2', { id: uniqueId('dialog'), text: title });
    const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    let answer;
    const close = value => {
      answer = value;
      dialog.close();
    };
    const submit = async (action, button) => {
      button.disabled = true;
      problem.hidden = true;
      try {
        const value = await action.run?.();
        if (value !== false) close(value);
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      } finally {
        button.disabled = false;
      }
    };
    const buttons = actions.map(action =>
      h('button', { type: action.primary ? 'submit' : 'button', class: style(action), text: action.label,
        onclick: action.primary ? undefined : event => submit(action, event.currentTarget) }));
    const first = actions.findIndex(action => action.primary);
    const form = h('form', {
      class: 'sheet',
      onsubmit: event => {
        event.preventDefault();
        if (first >= 0) submit(actions[first], buttons[first]);
      },
    },
    h('header', {}, heading, iconButton(icon('close'), 'Close', () => close())),
    h('div', { class: 'sheet-body' }, typeof body === 'function' ? body(close) : body, problem),
    buttons.length > 0 && h('footer', {}, buttons));
    const dialog = h('dialog', { class: className, 'aria-labelledby': heading.id }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
    // A click on the backdrop is a click on the dialog itself, outside its form.
    dialog.addEventListener('click', event => event.target === dialog && close());
    document.body.append(dialog);
    dialog.showModal();
    (initial?.() ?? form.querySelector('input, textarea, select, .sheet-body button, footer button'))?.focus();
  });
}

const style = action => `button${action.primary ? ' primary' : ''}${action.danger ? ' danger' : ''}`;

/** Asks before something that cannot be taken back. */
export const confirmed = (title, words, label) => openDialog({
  title,
  body: h('p', { text: words }),
  actions: [{ label: 'Cancel' }, { label, primary: true, danger: true, run: () => 'yes' }],
}).then(answer => answer === 'yes');
