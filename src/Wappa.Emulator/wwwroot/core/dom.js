// Elements are made here and nowhere else. Data only ever becomes text or an attribute of a known name, so nothing a
// customer or a bot writes can turn into markup.

const svgSpace = 'http://www.w3.org/2000/svg';

/** Makes an element. `on*` are listeners, `class` and `text` what they say, `data` a map; false, null and undefined are left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else if (name === 'text') element.textContent = value;
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** An SVG of one or more stroked paths in a 24 × 24 field. */
export function drawing(paths, className = 'icon') {
  const svg = document.createElementNS(svgSpace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS(svgSpace, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

let last = 0;

/** An id no other element of the page has. */
export const uniqueId = prefix => `${prefix}-${++last}`;

/** A button with an icon only: its label is what a screen reader says and what the tooltip shows. */
export const iconButton = (image, label, onclick, props = {}) =>
  h('button', { type: 'button', ...props, class: `round ${props.class ?? ''}`.trim(), 'aria-label': label, title: label, onclick }, image);

/** A visible word for screen readers only. */
export const hidden = text => h('span', { class: 'hidden', text });

/** A label of one line, such as a name: bidi controls could make it read as another one, so they go. */
export const plain = text => String(text ?? '').replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');

/** Where a link of a bot may lead: the web. Anything else, javascript: first of all, is text. */
export function webAddress(text) {
  const url = URL.parse ? URL.parse(text) : tryParse(text);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null;
}

function tryParse(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Says something to a screen reader without moving the focus. */
export function announce(text) {
  const region = document.getElementById('announcer');
  // The same words twice are a change only when something was between them.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
