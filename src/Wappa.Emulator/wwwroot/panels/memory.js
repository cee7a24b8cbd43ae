import { h } from '../core/dom.js';
import { icon } from '../core/icons.js';

/** Fills the tab; see panel.js for the context and for what may be answered. */
export function mount(element) {
  const words = 'What the bot remembers of this customer.';
  element.append(h('div', { class: 'empty' }, icon('memory'), h('h3', { text: 'Memory' }), h('p', { text: words })));
}
