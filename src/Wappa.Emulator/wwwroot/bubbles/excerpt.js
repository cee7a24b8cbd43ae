import { flat } from '../core/format.js';
import { plain } from '../core/dom.js';

/** The part of a message that its type names; for the customer's and the bot's messages alike. */
export const bodyOf = message => message.content?.[message.type] ?? {};

const named = {
  image: body => ['📷 Photo', body.caption],
  video: body => ['🎥 Video', body.caption],
  audio: body => [body.voice ? '🎤 Voice message' : '🎵 Audio'],
  document: body => ['📄 ' + plain(body.filename ?? 'Document'), body.caption],
  sticker: () => ['💟 Sticker'],
  location: body => ['📍 Location', plain(body.name ?? '')],
  contacts: body => ['👤 ' + (body.length === 1 ? plain(cardName(body[0])) : `${body.length ?? 0} contacts`)],
  order: body => [`🛒 Order of ${items(body)}`, body.text],
  template: body => [plain(body.name ?? 'Template').replaceAll('_', ' ')],
  reaction: body => [body.emoji ? `Reacted ${body.emoji}` : 'Took a reaction back'],
  system: body => [body.body],
  unsupported: () => ['Message of a kind that is not supported'],
};

/** The name on a contact card. */
export const cardName = card => card?.name?.formatted_name ?? card?.phones?.[0]?.phone ?? 'Contact';

/** "2 items". */
export function items(order) {
  const count = (order.product_items ?? []).reduce((sum, item) => sum + Number(item.quantity ?? 1), 0);
  return `${count} ${count === 1 ? 'item' : 'items'}`;
}

function interactive(body) {
  if (body.button_reply) return body.button_reply.title;
  if (body.list_reply) return body.list_reply.title;
  if (body.nfm_reply) return '📋 ' + (body.nfm_reply.name === 'address_message' ? 'Address' : 'Form') + ' filled in';
  if (body.call_permission_reply) return `Calls ${body.call_permission_reply.response === 'accept' ? 'allowed' : 'refused'}`;
  return body.body?.text ?? body.header?.text ?? 'Interactive message';
}

/** A message in a line: in the list of conversations, in a quote, and for a screen reader. */
export function excerpt(message) {
  if (!message) return '';
  if (message.revoked) return 'This message was deleted';
  const body = bodyOf(message);
  if (message.type === 'text') return flat(body.body);
  if (message.type === 'button') return flat(body.text);
  if (message.type === 'interactive') return flat(interactive(body));
  const parts = named[message.type]?.(body) ?? [`Message of type ${plain(message.type)}`];
  return parts.filter(Boolean).map(part => flat(part)).join(' · ');
}
