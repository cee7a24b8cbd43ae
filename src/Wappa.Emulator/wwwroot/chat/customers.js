import { api } from '../core/api.js';
import { h } from '../core/dom.js';
import { confirmed, openDialog } from '../core/dialog.js';
import { field } from '../compose/fields.js';

const identities = [
  ['phone', 'Number and user id (2026)'],
  ['username', 'Username only: the bot learns no number'],
  ['legacy', 'Number only (2025)'],
];

const fieldsFor = customer => [
  field('name', 'Name', { required: true, maxlength: 100, value: customer?.name ?? '' }),
  field('phone', customer ? 'Phone, digits only' : 'Phone, digits only (empty: one is made up)', {
    type: 'tel', inputmode: 'numeric', pattern: '\\+?[0-9 ]{6,20}', maxlength: 20, value: customer?.phone ?? '',
    required: Boolean(customer),
  }),
  field('username', 'Username', { maxlength: 35, pattern: '[a-z0-9._]{3,35}', value: customer?.username ?? '' }),
  field('identity', 'What the bot learns', { options: identities, value: customer?.identity ?? 'phone' }),
];

function read(fields) {
  const values = Object.fromEntries(fields.map(each => [each.name, each.read()]));
  return { ...values, phone: values.phone.replace(/\D/g, ''), username: values.username || null };
}

/** Asks for a new customer; answers the customer, or nothing. */
export function newCustomer() {
  const fields = fieldsFor(null);
  return openDialog({
    title: 'New customer',
    body: fields.map(each => each.element),
    initial: () => fields[0].input,
    actions: [{ label: 'Create', primary: true, run: () => {
      const { phone, ...rest } = read(fields);
      return api.createCustomer(phone ? { ...rest, phone } : rest);
    } }],
  });
}

/** Renames a customer, changes the number (the bots hear of it) or what the bot learns, or deletes the customer. */
export function editCustomer(customer) {
  const fields = fieldsFor(customer);
  const hint = h('p', { class: 'hint', text: 'Every bot this customer wrote to hears of a new number by a system message.' });
  return openDialog({
    title: 'Change the customer',
    body: [...fields.map(each => each.element), hint,
      h('dl', { class: 'pairs' }, h('dt', { text: 'User id' }), h('dd', { text: customer.userId }))],
    initial: () => fields[0].input,
    actions: [
      { label: 'Delete', danger: true, run: () => remove(customer) },
      { label: 'New user id', run: () => api.changeCustomer(customer.id, { userId: 'new' }) },
      { label: 'Save', primary: true, run: () => api.changeCustomer(customer.id, changed(customer, read(fields))) },
    ],
  });
}

// Only what is different: naming the number again would be no change, but telling so is the emulator's business, not the page's.
const changed = (customer, values) =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => (customer[name] ?? null) !== (value ?? null)));

async function remove(customer) {
  if (!await confirmed('Delete the customer?', 'The conversations go too. What the bot remembers stays.', 'Delete')) return false;
  await api.deleteCustomer(customer.id);
  return null;
}
