import { h } from '../core/dom.js';
import { icon } from '../core/icons.js';

/** Fills the tab; see panel.js for the context and for what may be answered. */
export function mount(element) {
  const words = 'What each message set off: received, stored, handled, committed, sent.';
  element.append(h('div', { class: 'empty' }, icon('turns'), h('h3', { text: 'Turns' }), h('p', { text: words })));
}
