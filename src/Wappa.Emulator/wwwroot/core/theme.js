import { h, iconButton } from './dom.js';
import { icon } from './icons.js';
import { remember, remembered } from './settings.js';

const themes = { auto: ['auto', 'Theme: as the system'], light: ['sun', 'Theme: light'], dark: ['moon', 'Theme: dark'] };
const order = Object.keys(themes);

/** The switch between the system's theme, light and dark. */
export function themeSwitch() {
  let theme = order.includes(remembered('theme', 'auto')) ? remembered('theme', 'auto') : 'auto';
  const slot = h('span', { class: 'theme' });

  function show() {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const [image, label] = themes[theme];
    const button = iconButton(icon(image), label, () => {
      theme = order[(order.indexOf(theme) + 1) % order.length];
      remember('theme', theme);
      show();
      slot.firstChild.focus();
    });
    slot.replaceChildren(button);
  }

  show();
  return slot;
}
