import { api } from '../core/api.js';
import { h, hidden, iconButton, plain, webAddress } from '../core/dom.js';
import { formatted } from '../core/format.js';
import { icon } from '../core/icons.js';
import { span } from '../core/time.js';
import { bodyOf } from './excerpt.js';

const caption = body => (body.caption ? h('div', { class: 'text' }, formatted(body.caption)) : null);

// The page loads nothing from elsewhere: a medium a bot named by a link is shown as that link, which the reader may open.
function elsewhere(image, kind, link) {
  const url = webAddress(link);
  const words = url ? plain(url.host + url.pathname) : plain(link);
  return h('div', { class: 'media-absent' }, icon(image), h('strong', { text: kind }),
    url ? h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer', text: words }) : h('span', { text: words }));
}

const missing = (image, kind) =>
  h('div', { class: 'media-absent' }, icon(image), h('strong', { text: kind }), h('span', { text: 'The file is gone' }));

function loaded(element, image, kind, whole = element) {
  element.addEventListener('error', () => whole.replaceWith(missing(image, kind)));
  return whole;
}

/** The picture or video of a body or of a header, with what stands in when it cannot be shown. */
export function picture(type, body, alternative) {
  const [image, kind] = type === 'video' ? ['video', 'Video'] : ['image', 'Photo'];
  if (!body?.id) return elsewhere(image, kind, body?.link ?? '');
  const source = api.mediaUrl(body.id);
  if (type === 'video') {
    return loaded(h('video', { class: 'media', src: source, controls: true, preload: 'metadata', 'aria-label': alternative }), image, kind);
  }
  const shown = h('img', { class: 'media', src: source, alt: alternative });
  const link = h('a', { class: 'media-link', href: source, target: '_blank', rel: 'noopener', 'aria-label': `Open ${alternative}` }, shown);
  return loaded(shown, image, kind, link);
}

const visual = type => message => {
  const body = bodyOf(message);
  return [picture(type, body, body.caption ? plain(body.caption) : type === 'video' ? 'Video' : 'Photo'), caption(body)];
};

function sticker(message) {
  const body = bodyOf(message);
  if (!body.id) return [elsewhere('sticker', 'Sticker', body.link ?? '')];
  return [loaded(h('img', { class: 'sticker', src: api.mediaUrl(body.id), alt: 'Sticker' }), 'sticker', 'Sticker')];
}

/** The card of a document: its kind by colour and letters, its name, and a way to open it. */
export function documentCard(body) {
  const name = plain(body.filename ?? 'Document');
  const ending = (/\.([\p{L}\p{N}]{1,5})$/u.exec(name)?.[1] ?? body.mime_type?.split('/').pop() ?? 'file').slice(0, 5).toUpperCase();
  const url = body.id ? null : webAddress(body.link ?? '');
  const address = body.id ? api.mediaUrl(body.id) : url?.href;
  const words = [ending, body.size ? bytes(body.size) : null, url ? plain(url.host) : null].filter(Boolean).join(' · ');
  const parts = [h('span', { class: 'document-icon', 'aria-hidden': 'true', text: ending }),
    h('span', { class: 'document-name' }, h('bdi', { text: name }), h('small', { text: words }))];
  return address
    ? h('a', { class: 'document', href: address, target: '_blank', rel: 'noopener noreferrer', 'aria-label': `Open ${name}` }, parts)
    : h('div', { class: 'document' }, parts);
}

/** "12 kB". */
export function bytes(count) {
  if (count < 1000) return `${count} B`;
  return count < 1_000_000 ? `${Math.round(count / 1000)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

function audio(message) {
  const body = bodyOf(message);
  if (!body.id) return [elsewhere(body.voice ? 'microphone' : 'music', body.voice ? 'Voice message' : 'Audio', body.link ?? '')];
  const sound = h('audio', { src: api.mediaUrl(body.id), preload: 'metadata' });
  const length = h('small', { text: body.voice ? 'Voice message' : 'Audio' });
  const button = iconButton(icon('play'), body.voice ? 'Play the voice message' : 'Play the audio', () => {
    if (!sound.paused) sound.pause();
    else sound.play().catch(() => { length.textContent = 'This browser cannot play it'; });
  });
  sound.addEventListener('play', () => button.setAttribute('aria-pressed', 'true'));
  sound.addEventListener('pause', () => button.setAttribute('aria-pressed', 'false'));
  sound.addEventListener('loadedmetadata', () => {
    if (Number.isFinite(sound.duration)) length.textContent = span(sound.duration * 1000);
  });
  return [h('div', { class: 'audio' },
    button,
    body.voice ? waveform(message.id) : h('span', { class: 'audio-line', 'aria-hidden': 'true' }),
    h('span', { class: 'audio-end' }, icon(body.voice ? 'microphone' : 'music'), length),
    sound)];
}

// The file's real waveform would need decoding it; a shape of its own per message is enough to tell two apart.
function waveform(id) {
  let seed = 7;
  for (const letter of id) seed = (seed * 31 + letter.codePointAt(0)) % 65_521;
  const bars = h('span', { class: 'waveform', 'aria-hidden': 'true' });
  for (let bar = 0; bar < 32; bar++) {
    seed = (seed * 75 + 74) % 65_537;
    bars.append(h('i', { class: `bar-${1 + (seed % 8)}` }));
  }
  return bars;
}

const document = message => {
  const body = bodyOf(message);
  return [hidden('Document'), documentCard(body), caption(body)];
};

export const media = { image: visual('image'), video: visual('video'), sticker, audio, document };
