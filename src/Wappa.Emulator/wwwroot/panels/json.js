import { h } from '../core/dom.js';

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

function* coloured(text) {
  let from = 0;
  for (const match of text.matchAll(token)) {
    if (match.index > from) yield text.slice(from, match.index);
    const [, quoted, colon, word] = match;
    const kind = quoted ? (colon ? 'key' : 'string') : word ? 'word' : 'digits';
    yield h('span', { class: `json-${kind}`, text: quoted ?? match[0] });
    if (colon) yield colon;
    from = match.index + match[0].length;
  }
  if (from < text.length) yield text.slice(from);
}

// Beyond this many characters colours cost more than they tell.
const most = 60_000;

/** A body as indented, coloured JSON; as it is when it is not JSON. */
export function jsonView(body) {
  let text = body;
  try {
    text = JSON.stringify(typeof body === 'string' ? JSON.parse(body) : body, null, 2);
  } catch {
    return h('pre', { class: 'json', tabindex: '0' }, h('code', { dir: 'ltr', text: body }));
  }
  return h('pre', { class: 'json', tabindex: '0' }, h('code', { dir: 'ltr' }, ...(text.length > most ? [text] : coloured(text))));
}
