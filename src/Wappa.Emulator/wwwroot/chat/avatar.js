import { h, plain } from '../core/dom.js';

/** Up to two initials; letters of any script. */
function initials(name) {
  const words = plain(name).replace(/^[~@]/, '').split(/[\s._-]+/).filter(word => /^[\p{L}\p{N}]/u.test(word));
  return words.slice(0, 2).map(word => [...word][0].toUpperCase()).join('') || '?';
}

/** A disc with the initials, in a colour that the id decides. */
export function avatar(name, id) {
  let sum = 0;
  for (const letter of String(id)) sum = (sum * 33 + letter.codePointAt(0)) % 8191;
  return h('span', { class: `avatar tint-${sum % 6}`, 'aria-hidden': 'true', text: initials(name) });
}
