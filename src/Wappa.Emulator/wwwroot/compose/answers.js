import { h, uniqueId, webAddress } from '../core/dom.js';
import { openDialog } from '../core/dialog.js';
import { field, form, jsonField } from './fields.js';

// The messages a customer answers an offer with, and the dialogs that ask for what such an answer needs.

const inReplyTo = message => ({ id: message.id });

export const buttonReply = (message, reply) => ({
  type: 'interactive',
  interactive: { type: 'button_reply', button_reply: { id: reply?.id ?? '', title: reply?.title ?? '' } },
  context: inReplyTo(message),
});

export const listReply = (message, row) => ({
  type: 'interactive',
  interactive: {
    type: 'list_reply',
    list_reply: { id: row.id, title: row.title, ...(row.description ? { description: row.description } : {}) },
  },
  context: inReplyTo(message),
});

export const templateReply = (message, text, payload) => ({ type: 'button', button: { payload, text }, context: inReplyTo(message) });

export const flowReply = (message, name, response) => ({
  type: 'interactive',
  interactive: { type: 'nfm_reply', nfm_reply: { response_json: JSON.stringify(response), body: 'Sent', name } },
  context: inReplyTo(message),
});

export const callPermission = (message, response) => ({
  type: 'interactive',
  interactive: { type: 'call_permission_reply', call_permission_reply: { response, response_source: 'user_action' } },
  context: inReplyTo(message),
});

export const ownContact = (message, customer) => ({
  type: 'contacts',
  contacts: [{ phones: [{ phone: `+${customer.phone}`, wa_id: customer.phone, type: 'CELL' }], origin: 'contact_request' }],
  context: inReplyTo(message),
});

/** The list a bot offers, as a sheet with one choice; answers the row, or nothing. */
export function chooseRow(action) {
  const rows = (action.sections ?? []).flatMap(section => section.rows ?? []);
  const group = uniqueId('rows');
  const options = (action.sections ?? []).map(section => h('fieldset', { class: 'choices' },
    h('legend', { class: section.title ? '' : 'hidden', dir: 'auto', text: section.title ?? 'Options' }),
    (section.rows ?? []).map(row => h('label', { class: 'choice' },
      h('span', {}, h('bdi', { text: row.title }), row.description ? h('small', { dir: 'auto', text: row.description }) : null),
      h('input', { type: 'radio', name: group, value: rows.indexOf(row), required: true })))));
  return openDialog({
    title: action.button ?? 'Options',
    body: options,
    className: 'bottom',
    actions: [{
      label: 'Send', primary: true,
      run: () => {
        const chosen = document.querySelector(`input[name="${group}"]:checked`);
        if (!chosen) throw new Error('Choose one of the options.');
        return rows[Number(chosen.value)];
      },
    }],
  });
}

const places = [
  ['Lisbon', 38.7223, -9.1393, 'Praça do Comércio'], ['Berlin', 52.5163, 13.3777, 'Pariser Platz'],
  ['Nairobi', -1.2864, 36.8172, 'City Square'], ['Lima', -12.0464, -77.0428, 'Plaza Mayor'],
];

/** Asks for a place; answers a `location`, or nothing. */
export function pickLocation() {
  const fields = [
    field('latitude', 'Latitude', { type: 'number', step: 'any', min: -90, max: 90, value: places[0][1], required: true }),
    field('longitude', 'Longitude', { type: 'number', step: 'any', min: -180, max: 180, value: places[0][2], required: true }),
    field('name', 'Name (empty: the current location)', { maxlength: 100 }),
    field('address', 'Address', { maxlength: 200 }),
  ];
  const presets = h('div', { class: 'presets', role: 'group', 'aria-label': 'Places' }, places.map(([name, latitude, longitude, address]) =>
    h('button', { type: 'button', class: 'chip', text: name, onclick: () => {
      for (const each of fields) each.set({ latitude, longitude, name, address }[each.name]);
    } })));
  return form('Send location', fields, values => ({
    latitude: Number(values.latitude), longitude: Number(values.longitude),
    ...(values.name ? { name: values.name } : {}), ...(values.address ? { address: values.address } : {}),
  }), presets);
}

/** A flow's screens live at Meta, so the answer is written as JSON. */
export function fillFlow(parameters) {
  const start = { flow_token: parameters.flow_token ?? 'unused', ...(parameters.flow_action_payload?.data ?? { answer: 'yes' }) };
  const screen = parameters.flow_action_payload?.screen;
  return form(parameters.flow_cta ?? 'Form', [jsonField('response', screen ? `Answer to the screen ${screen}` : 'Answer', start)],
    values => values.response);
}

export const fillAddress = parameters => form('Address', [jsonField('response', 'Address', {
  saved_address_id: 'address1',
  values: { name: 'Ana', address: 'Station Road 1', city: 'Pune', in_pin_code: '411001', ...(parameters.values ?? {}) },
})], values => values.response);

/** Asks for what to order; answers an `order`, or nothing. */
export function fillCart(catalog, products) {
  const offered = products.length > 0 ? products : ['item-1'];
  const lines = offered.map(id => ({ product_retailer_id: id, quantity: 1, item_price: 9.9, currency: 'EUR' }));
  return form('Order', [
    jsonField('items', 'Items', lines),
    field('text', 'Note to the shop', { maxlength: 1000 }),
  ], values => ({ catalog_id: catalog ?? 'catalog', text: values.text, product_items: values.items }));
}

/** Where a button leads; only the reader opens it. */
export function showLink(address) {
  const url = webAddress(address ?? '');
  return openDialog({
    title: 'Open this link?',
    body: [h('p', { class: 'address' }, h('bdi', { text: address ?? '' })),
      url ? h('p', {}, h('a', {
        class: 'button primary', href: url.href, target: '_blank', rel: 'noopener noreferrer', text: 'Open in a new tab',
      }))
        : h('p', { class: 'problem', text: 'This is no address on the web, so it is not opened.' })],
    actions: [{ label: 'Close' }],
  });
}

export const explain = (title, words) =>
  openDialog({ title, body: h('p', { text: words }), actions: [{ label: 'Close', primary: true }] });
