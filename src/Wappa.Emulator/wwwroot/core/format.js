import { h, webAddress } from './dom.js';

// WhatsApp's marks, as nodes. The order matters: a mono run hides the other marks inside it, and a link hides its underscores.
const inline = [
  { mark: /```([\s\S]+?)```/, tag: 'code', raw: true },
  { mark: /`([^`\n]+)`/, tag: 'code', raw: true },
  { mark: /(https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}*_~])/i, link: true },
  { mark: /(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])/u, tag: 'strong' },
  { mark: /(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}_])/u, tag: 'em' },
  { mark: /(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*[^~\s])~(?![\p{L}\p{N}~])/u, tag: 's' },
];

const fewEmoji = (() => {
  try {
    return new RegExp('^(?:\\p{RGI_Emoji}\\s*){1,3}$', 'v');
  } catch {
    return /^(?:\p{Extended_Pictographic}\ufe0f?\s*){1,3}$/u;
  }
})();

/** One to three emoji and nothing else: shown large. */
export const isJumbo = text => fewEmoji.test(text.trim());

function found(text) {
  let first = null;
  for (const rule of inline) {
    const match = rule.mark.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { rule, match };
  }
  return first;
}

function* pieces(text) {
  let rest = text;
  while (rest) {
    const next = found(rest);
    if (!next) break;
    const { rule, match } = next;
    if (match.index > 0) yield rest.slice(0, match.index);
    if (rule.link) yield link(match[1]);
    else yield h(rule.tag, {}, ...(rule.raw ? [match[1]] : pieces(match[1])));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest) yield rest;
}

function link(text) {
  const url = webAddress(text);
  return url ? h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer', text }) : text;
}

const line = (text, tag = 'div', className = 'line') => h(tag, { class: className, dir: 'auto' }, ...pieces(text));

// A block of mono may span lines; everything else is decided line by line.
function* blocks(text) {
  let from = 0;
  for (const fence of text.matchAll(/```([\s\S]+?)```/g)) {
    if (!fence[1].includes('\n')) continue;
    if (fence.index > from) yield* lines(text.slice(from, fence.index).replace(/\n$/, ''));
    yield h('pre', { dir: 'auto' }, h('code', { text: fence[1].replace(/^\n|\n$/g, '') }));
    from = fence.index + fence[0].length;
  }
  const rest = from > 0 ? text.slice(from).replace(/^\n/, '') : text;
  if (rest) yield* lines(rest);
}

const kinds = [
  { start: /^> ?(?=\S)/, wrap: 'blockquote', item: 'div' },
  { start: /^[-*] (?=\S)/, wrap: 'ul', item: 'li' },
  { start: /^\d{1,3}\. (?=\S)/, wrap: 'ol', item: 'li' },
];

function* lines(text) {
  let open = null;
  for (const each of text.split('\n')) {
    const kind = kinds.find(candidate => candidate.start.test(each));
    if (open && open.kind !== kind) {
      yield open.element;
      open = null;
    }
    if (!kind) {
      yield each ? line(each) : h('div', { class: 'line' }, h('br'));
      continue;
    }
    if (!open) {
      const first = kind.wrap === 'ol' ? { start: Number.parseInt(each, 10) } : {};
      open = { kind, element: h(kind.wrap, first) };
    }
    open.element.append(line(each.replace(kind.start, ''), kind.item));
  }
  if (open) yield open.element;
}

/** WhatsApp's formatting of a text as nodes. */
export const formatted = text => [...blocks(String(text ?? ''))];

/** The same on one line without marks, for previews and screen readers. */
export const flat = text =>
  String(text ?? '').replace(/```|(?<!\p{L})[*_~](?=\S)|(?<=\S)[*_~](?!\p{L})/gu, '').replace(/\s+/g, ' ').trim();
