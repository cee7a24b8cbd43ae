import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { field, form } from './fields.js';
import { sample } from './samples.js';

const accepted = {
  image: 'image/jpeg,image/png', video: 'video/mp4,video/3gpp', sticker: 'image/webp', document: '',
  audio: 'audio/aac,audio/amr,audio/mpeg,audio/mp4,audio/ogg',
};
const titles = { image: 'Photo', video: 'Video', sticker: 'Sticker', document: 'Document', audio: 'Audio' };

/** Which of WhatsApp's types a file would be sent as. */
export function typeOf(file) {
  if (file.type === 'image/webp') return 'sticker';
  const family = file.type.split('/')[0];
  return ['image', 'video', 'audio'].includes(family) ? family : 'document';
}

/** Uploads a file and answers the message that carries it. */
export async function withFile(type, file, extra = {}) {
  const { id } = await api.upload(file);
  const named = type === 'document' ? { filename: file.name } : {};
  return { type, [type]: { id, ...named, ...extra } };
}

/** Asks for a file, or takes the sample of the type; answers the message that carries it, or nothing. */
export function attachment(type, { voice = false } = {}) {
  const hasCaption = ['image', 'video', 'document'].includes(type);
  const file = field('file', 'File (empty: a sample)', { type: 'file', accept: accepted[type] });
  const fields = [file, ...(hasCaption ? [field('caption', 'Caption', { lines: 2, maxlength: 1024 })] : [])];
  const hint = h('p', { class: 'hint', text: 'Files can also be dropped on the chat, and pictures pasted into the message.' });
  return form(voice ? 'Voice message' : titles[type], fields, async values => {
    const extra = { ...(values.caption ? { caption: values.caption } : {}), ...(voice ? { voice: true } : {}) };
    return withFile(type, values.file ?? await sample(type), extra);
  }, hint);
}
