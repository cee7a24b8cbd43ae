import { h, plain, webAddress } from '../core/dom.js';
import { formatted } from '../core/format.js';
import { icon } from '../core/icons.js';
import { json, product } from './cards.js';
import { bodyOf } from './excerpt.js';
import { documentCard, picture } from './media.js';
import * as answer from '../compose/answers.js';

// What a bot offers, and what a tap on it sends. WhatsApp keeps the buttons active after a tap, and so does this page: a bot
// must stand a customer who taps twice.

const text = value => (value?.text ? h('div', { class: 'text' }, formatted(value.text)) : null);
const footer = value => (value?.text ? h('div', { class: 'footer', dir: 'auto', text: plain(value.text) }) : null);

export function header(value) {
  if (!value) return null;
  const type = value.type ?? 'text';
  if (type === 'text') return h('div', { class: 'header', dir: 'auto', text: plain(value.text) });
  if (type === 'document') return documentCard(value.document ?? {});
  return type === 'image' || type === 'video' ? picture(type, value[type], type === 'video' ? 'Video' : 'Photo') : json(value);
}

/** A row under the bubble that a customer may tap. */
export const row = (image, label, onclick, props = {}) =>
  h('button', { type: 'button', class: 'row-button', ...props, onclick }, image ? icon(image) : null, h('bdi', { text: plain(label) }));

const rows = (...children) => h('div', { class: 'rows' }, children);

const offers = {
  button: (message, action, context) => rows((action.buttons ?? []).map(({ reply }) =>
    row('reply', reply?.title, () => context.send(answer.buttonReply(message, reply))))),

  list: (message, action, context) => rows(row('list', action.button, async () => {
    const chosen = await answer.chooseRow(action);
    if (chosen) context.send(answer.listReply(message, chosen));
  }, { 'aria-haspopup': 'dialog' })),

  cta_url: (message, action) => rows(row('link', action.parameters?.display_text,
    () => answer.showLink(action.parameters?.url), { 'aria-haspopup': 'dialog' })),

  location_request_message: (message, action, context) => rows(row('pin', 'Send location', async () => {
    const location = await answer.pickLocation();
    if (location) context.send({ type: 'location', location, context: { id: message.id } });
  }, { 'aria-haspopup': 'dialog' })),

  request_contact_info: (message, action, context) =>
    rows(row('phone', 'Share phone number', () => context.send(answer.ownContact(message, context.customer())))),

  flow: (message, action, context) => rows(row('form', action.parameters?.flow_cta ?? 'Open', async () => {
    const response = await answer.fillFlow(action.parameters ?? {});
    if (response) context.send(answer.flowReply(message, 'flow', response));
  }, { 'aria-haspopup': 'dialog' })),

  address_message: (message, action, context) => rows(row('form', 'Provide address', async () => {
    const response = await answer.fillAddress(action.parameters ?? {});
    if (response) context.send(answer.flowReply(message, 'address_message', response));
  }, { 'aria-haspopup': 'dialog' })),

  call_permission_request: (message, action, context) => rows(
    row('phone', 'Allow calls', () => context.send(answer.callPermission(message, 'accept'))),
    row('ban', 'Do not allow', () => context.send(answer.callPermission(message, 'reject')))),

  voice_call: (message, action) => rows(row('phone', action.parameters?.display_text ?? 'Call now',
    () => answer.explain('Calls', 'The emulator does not place calls.'), { 'aria-haspopup': 'dialog' })),

  product: (message, action, context) => [
    product(action.catalog_id, action.product_retailer_id),
    rows(row('cart', 'Order it', () => orderFrom(message, action.catalog_id, [action.product_retailer_id], context),
      { 'aria-haspopup': 'dialog' })),
  ],

  product_list: (message, action, context) => rows(row('store', 'View items', () => orderFrom(message, action.catalog_id,
    (action.sections ?? []).flatMap(section => (section.product_items ?? []).map(item => item.product_retailer_id)), context),
  { 'aria-haspopup': 'dialog' })),

  catalog_message: (message, action, context) => rows(row('store', 'View catalog', () => orderFrom(message, 'catalog',
    [action.parameters?.thumbnail_product_retailer_id].filter(Boolean), context), { 'aria-haspopup': 'dialog' })),

  carousel: (message, action, context) => carousel(message, action, context),
};

async function orderFrom(message, catalog, products, context) {
  const order = await answer.fillCart(catalog, products);
  if (order) context.send({ type: 'order', order, context: { id: message.id } });
}

function carousel(message, action, context) {
  const cards = (action.cards ?? []).map((card, index) => h('li', { class: 'carousel-card', 'aria-label': `Card ${index + 1}` },
    header(card.header),
    card.type === 'product' ? product(card.action?.catalog_id, card.action?.product_retailer_id) : null,
    text(card.body),
    cardRows(message, card.action ?? {}, context)));
  return h('ul', { class: 'carousel', 'aria-label': 'Cards' }, cards);
}

function cardRows(message, action, context) {
  if (action.name === 'cta_url') return offers.cta_url(message, action, context);
  const replies = (action.buttons ?? []).map(button => button.quick_reply ?? button.reply).filter(Boolean);
  return rows(replies.map(reply => row('reply', reply.title, () => context.send(answer.buttonReply(message, reply)))));
}

function offered(message, context) {
  const body = bodyOf(message);
  const offer = offers[body.type];
  return [header(body.header), text(body.body), footer(body.footer),
    offer ? offer(message, body.action ?? {}, context) : h('details', { class: 'raw' }, h('summary', { text: body.type }), json(body))];
}

function chosen(message) {
  const body = bodyOf(message);
  const reply = body.button_reply ?? body.list_reply;
  if (reply) {
    return [h('div', { class: 'text chosen', dir: 'auto', text: plain(reply.title) }),
      reply.description ? footer({ text: reply.description }) : null];
  }
  if (body.nfm_reply) return [answered(body.nfm_reply)];
  if (body.call_permission_reply) {
    const accepted = body.call_permission_reply.response === 'accept';
    return [h('div', { class: 'notice' }, icon(accepted ? 'phone' : 'ban'), accepted ? 'Calls allowed' : 'Calls not allowed')];
  }
  return [h('details', { class: 'raw' }, h('summary', { text: 'Interactive' }), json(body))];
}

function answered(reply) {
  let values = reply.response_json;
  try {
    values = JSON.parse(reply.response_json);
  } catch {
    // A bot may be sent anything here, so the page shows anything.
  }
  return h('div', {}, h('div', { class: 'notice' }, icon('form'), reply.name === 'address_message' ? 'Address sent' : 'Response sent'),
    h('details', { class: 'raw' }, h('summary', { text: 'View response' }), json(values)));
}

export const interactive = (message, context) => (message.direction === 'out' ? offered(message, context) : chosen(message));

/** The target of a template's or a card's web button, or null: shown, never opened by itself. */
export const webTarget = value => webAddress(value ?? '')?.href ?? null;
