import { h } from '../../core/dom.js';
import { span } from '../../core/time.js';

const left = (ends, store) => `${span(Date.parse(ends) - store.now())} left`;

/** How long a record still lives, counting down by the app's clock. */
export const ttl = (expiresAt, store) => (expiresAt
  ? h('span', { class: 'ttl', data: { ends: expiresAt }, text: left(expiresAt, store) })
  : h('span', { class: 'ttl none', text: 'does not expire' }));

/** Counts down what is shown; `ended` is called when something has come to its end. */
export function tick(element, store, ended) {
  for (const each of element.querySelectorAll('.ttl[data-ends]')) {
    each.textContent = left(each.dataset.ends, store);
    if (!each.dataset.over && Date.parse(each.dataset.ends) <= store.now()) {
      each.dataset.over = 'true';
      ended();
    }
  }
}
