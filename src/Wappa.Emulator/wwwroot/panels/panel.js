import { h, iconButton, uniqueId } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { remember, remembered } from '../core/settings.js';
import * as chaos from './chaos.js';
import * as memory from './memory.js';
import * as turns from './turns.js';
import * as wire from './wire.js';

const tabs = [
  { name: 'wire', label: 'Wire', image: 'wire', module: wire },
  { name: 'turns', label: 'Turns', image: 'turns', module: turns },
  { name: 'memory', label: 'Memory', image: 'memory', module: memory },
  { name: 'chaos', label: 'Chaos', image: 'bolt', module: chaos },
];

/**
 * The right panel. Each tab is a module with `mount(element, context)`, called once, when the tab is shown for the first time;
 * what it answers may have `shown(detail)`, called each time the tab is shown, and `hidden()`.
 * The context: `{ api, live, store, page }`.
 */
export function panel(context) {
  const mounted = new Map();
  let current = null;
  const parts = tabs.map(tab => part(tab));
  const strip = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Panel', onkeydown: keys }, parts.map(each => each.tab));
  const element = h('aside', { class: 'panel', 'aria-label': 'Inspector' },
    h('header', { class: 'panel-head' },
      iconButton(icon('back'), 'Back to the chat', () => context.page.showChat(), { class: 'narrow-only' }),
      strip, iconButton(icon('close'), 'Close the panel', () => context.page.togglePanel(false), { class: 'wide-only' })),
    parts.map(each => each.body));

  function part({ name, label, image }) {
    const id = uniqueId('panel');
    const tab = h('button', { type: 'button', role: 'tab', id: `${id}-tab`, 'aria-controls': id, 'aria-selected': 'false', tabindex: '-1',
      onclick: () => show(name) }, icon(image), h('span', { text: label }));
    const body = h('section', { class: `panel-body panel-${name}`, role: 'tabpanel', id, 'aria-labelledby': tab.id, hidden: true });
    return { name, tab, body };
  }

  function show(name, detail) {
    if (current && current !== name) mounted.get(current)?.hidden?.();
    current = name;
    remember('tab', name);
    for (const each of parts) {
      const on = each.name === name;
      each.tab.setAttribute('aria-selected', String(on));
      each.tab.tabIndex = on ? 0 : -1;
      each.body.hidden = !on;
    }
    if (!mounted.has(name)) {
      const { module } = tabs.find(tab => tab.name === name);
      mounted.set(name, module.mount(parts.find(each => each.name === name).body, context) ?? {});
    }
    mounted.get(name).shown?.(detail);
  }

  function keys(event) {
    const at = parts.findIndex(each => each.tab === event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: parts.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = parts[(to + parts.length) % parts.length];
    show(next.name);
    next.tab.focus();
  }

  // A turn shown elsewhere leads to the memory as it was after it.
  document.addEventListener('emulator:show-memory', event => {
    context.page.togglePanel(true);
    show('memory', event.detail);
  });
  const wanted = remembered('tab', 'wire');
  return { element, show, start: () => show(tabs.some(tab => tab.name === wanted) ? wanted : 'wire') };
}
