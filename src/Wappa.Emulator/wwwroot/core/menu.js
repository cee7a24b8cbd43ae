import { h } from './dom.js';
import { icon } from './icons.js';

let open = null;

/**
 * A menu at a button: arrows move, a letter jumps, Escape and Tab close it, and the focus returns to the button.
 * `entries` are `{ label, icon, run }`; null leaves a line between groups.
 */
export function openMenu(button, label, entries, className = '') {
  if (open?.button === button) return closeMenu();
  closeMenu();
  const items = entries.map(entry => (entry ? item(entry) : h('li', { role: 'separator' })));
  const menu = h('ul', { class: `menu ${className}`.trim(), role: 'menu', 'aria-label': label, onkeydown: keys }, items);
  // Inside an open dialog everything else is inert, so the menu goes where its button is.
  (button.closest('dialog') ?? document.body).append(menu);
  open = { menu, button, entries };
  button.setAttribute('aria-expanded', 'true');
  place(menu, button);
  menu.querySelector('[role^=menuitem]')?.focus();
  document.addEventListener('pointerdown', outside, true);
}

function item(entry) {
  return h('li', { role: 'none' }, h('button', {
    type: 'button', role: 'menuitem', tabindex: '-1', class: entry.danger ? 'danger' : '', 'aria-label': entry.spoken,
    onclick: () => {
      closeMenu();
      entry.run();
    },
  }, entry.icon ? icon(entry.icon) : null, h('span', { text: entry.label })));
}

export function closeMenu() {
  if (!open) return;
  const { menu, button } = open;
  open = null;
  const hadFocus = menu.contains(document.activeElement);
  menu.remove();
  button.setAttribute('aria-expanded', 'false');
  document.removeEventListener('pointerdown', outside, true);
  if (hadFocus) button.focus();
}

const outside = event => {
  if (open && !open.menu.contains(event.target) && !open.button.contains(event.target)) closeMenu();
};

function keys(event) {
  const items = [...event.currentTarget.querySelectorAll('[role=menuitem]')];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length,
    ArrowRight: (at + 1) % items.length, ArrowLeft: (at - 1 + items.length) % items.length,
    Home: 0, End: items.length - 1 }[event.key];
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  } else if (to !== undefined) {
    event.preventDefault();
    items[to].focus();
  } else if (event.key.length === 1 && /\p{L}/u.test(event.key)) {
    const letter = event.key.toLowerCase();
    const ordered = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    ordered.find(each => each.textContent.trim().toLowerCase().startsWith(letter))?.focus();
  }
}

// Above the button where there is room, otherwise below; never outside the window.
function place(menu, button) {
  const [at, size] = [button.getBoundingClientRect(), menu.getBoundingClientRect()];
  const gap = 6;
  const top = at.top - size.height - gap >= 0 ? at.top - size.height - gap : at.bottom + gap;
  menu.style.left = `${Math.max(gap, Math.min(at.left, innerWidth - size.width - gap))}px`;
  menu.style.top = `${Math.max(gap, Math.min(top, innerHeight - size.height - gap))}px`;
}
