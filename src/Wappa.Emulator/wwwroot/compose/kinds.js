import { field, form, jsonField } from './fields.js';
import { fillCart, pickLocation } from './answers.js';
import { attachment } from './files.js';

// What a customer can send besides text. Each `ask` answers a message, or nothing when the customer thought better of it.

const contact = () => form('Contact', [
  field('name', 'Name', { required: true, value: 'Rui Tavares', maxlength: 200 }),
  field('phone', 'Phone', { type: 'tel', required: true, value: '+351 210 555 0142', maxlength: 40 }),
  field('company', 'Company', { maxlength: 200 }),
], values => ({
  type: 'contacts',
  contacts: [{
    name: { formatted_name: values.name, first_name: values.name.split(' ')[0] },
    phones: [{ phone: values.phone, wa_id: values.phone.replace(/\D/g, ''), type: 'CELL' }],
    ...(values.company ? { org: { company: values.company } } : {}),
  }],
}));

const location = async () => {
  const chosen = await pickLocation();
  return chosen && { type: 'location', location: chosen };
};

const order = async () => {
  const filled = await fillCart('catalog-1', ['item-1', 'item-2']);
  return filled && { type: 'order', order: filled };
};

const forwarded = () => form('Forwarded message', [
  field('body', 'Text', { lines: 4, required: true, maxlength: 4096 }),
  field('often', 'Forwarded many times', { type: 'checkbox' }),
], values => ({
  type: 'text', text: { body: values.body },
  context: { forwarded: true, ...(values.often ? { frequently_forwarded: true } : {}) },
}));

const fromAd = () => form('Message from an ad', [
  field('body', 'Text', { lines: 2, required: true, value: 'Hello! Can I get more info on this?', maxlength: 4096 }),
  field('headline', 'Headline of the ad', { value: 'Two pizzas for one', maxlength: 200 }),
  field('description', 'Text of the ad', { value: 'This week only', maxlength: 1000 }),
  field('source', 'Address of the ad', { type: 'url', value: 'https://fb.example/ad/120214' }),
], values => ({
  type: 'text', text: { body: values.body },
  referral: {
    source_url: values.source, source_id: '120214', source_type: 'ad', headline: values.headline, body: values.description,
    media_type: 'image', image_url: 'https://fb.example/ad/120214.jpg', ctwa_clid: 'emulator-click',
  },
}));

const templateButton = () => form('Template button', [
  field('text', 'Text of the button', { required: true, value: 'Confirm', maxlength: 100 }),
  field('payload', 'Payload', { required: true, value: 'CONFIRM', maxlength: 1000 }),
], values => ({ type: 'button', button: values }));

const tap = () => form('Tap on a button or a row', [
  field('type', 'What was tapped', { options: [['button_reply', 'A reply button'], ['list_reply', 'A row of a list']] }),
  field('id', 'Id', { required: true, value: 'yes', maxlength: 256 }),
  field('title', 'Title', { required: true, value: 'Yes', maxlength: 24 }),
], ({ type, id, title }) => ({ type: 'interactive', interactive: { type, [type]: { id, title } } }));

const flow = () => form('Form answer', [jsonField('response', 'Answer', { flow_token: 'unused', answer: 'yes' })], values => ({
  type: 'interactive',
  interactive: { type: 'nfm_reply', nfm_reply: { response_json: JSON.stringify(values.response), body: 'Sent', name: 'flow' } },
}));

const unsupportedKinds = [
  'poll_creation', 'poll_update', 'pin', 'group_invite', 'gif', 'keep_in_chat', 'link_preview', 'media_placeholder',
];

const unsupported = () => form('Unsupported message', [
  field('type', 'What it was', { options: unsupportedKinds.map(kind => [kind, kind.replaceAll('_', ' ')]) }),
], values => ({ type: 'unsupported', unsupported: values }));

const anyType = () => form('Message as JSON', [
  jsonField('message', 'Message', { type: 'type_of_the_future', type_of_the_future: { anything: true } }, 12),
], values => values.message);

const rawWebhook = customer => form('Webhook as JSON', [
  jsonField('webhook', 'Body', {
    object: 'whatsapp_business_account',
    entry: [{ id: '0', changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata: {},
      contacts: [{ profile: { name: customer.name }, wa_id: customer.phone }],
      messages: [{ from: customer.phone, id: 'wamid.RAW', timestamp: '1789000000', type: 'text', text: { body: 'raw' } }] } }] }],
  }, 18),
], values => ({ type: 'raw', raw: values.webhook }));

/** The attach menu; null stands between its groups. */
export const kinds = [
  { label: 'Photo', icon: 'image', ask: () => attachment('image') },
  { label: 'Video', icon: 'video', ask: () => attachment('video') },
  { label: 'Document', icon: 'document', ask: () => attachment('document') },
  { label: 'Audio', icon: 'music', ask: () => attachment('audio') },
  { label: 'Voice message', icon: 'microphone', ask: () => attachment('audio', { voice: true }) },
  { label: 'Sticker', icon: 'sticker', ask: () => attachment('sticker') },
  null,
  { label: 'Location', icon: 'pin', ask: location },
  { label: 'Contact', icon: 'person', ask: contact },
  { label: 'Order', icon: 'cart', ask: order },
  { label: 'Forwarded message', icon: 'forward', ask: forwarded },
  { label: 'Message from an ad', icon: 'megaphone', ask: fromAd },
  null,
  { label: 'Tap on a button or a row', icon: 'reply', ask: tap },
  { label: 'Template button', icon: 'list', ask: templateButton },
  { label: 'Form answer', icon: 'form', ask: flow },
  { label: 'Unsupported message', icon: 'question', ask: unsupported },
  { label: 'Message as JSON', icon: 'code', ask: anyType },
  { label: 'Webhook as JSON', icon: 'wire', ask: rawWebhook },
];
