import { h, hidden, plain } from '../core/dom.js';
import { formatted } from '../core/format.js';
import { icon } from '../core/icons.js';
import { openDialog } from '../core/dialog.js';
import { bodyOf, cardName, items } from './excerpt.js';

const places = value => Number(value).toFixed(5);

/** A drawn map: the page loads nothing from elsewhere. */
export const map = () => h('div', { class: 'map', 'aria-hidden': 'true' }, icon('pin'));

function location(message) {
  const body = bodyOf(message);
  const where = `${places(body.latitude)}, ${places(body.longitude)}`;
  return [h('div', { class: 'card location' }, map(), h('div', { class: 'card-text' },
    hidden('Location'),
    h('bdi', { class: 'card-title', text: plain(body.name ?? 'Current location') }),
    body.address ? h('bdi', { text: plain(body.address) }) : null,
    h('small', { text: where })))];
}

function contacts(message) {
  const cards = Array.isArray(bodyOf(message)) ? bodyOf(message) : [];
  return cards.map(card => h('div', { class: 'card contact' },
    h('div', { class: 'card-row' },
      h('span', { class: 'avatar', 'aria-hidden': 'true' }, icon('person')),
      h('div', { class: 'card-text' },
        h('bdi', { class: 'card-title', text: plain(cardName(card)) }),
        h('small', { text: plain(card.phones?.[0]?.phone ?? card.emails?.[0]?.email ?? card.org?.company ?? '') }))),
    h('div', { class: 'rows' }, h('button', { type: 'button', class: 'row-button', text: 'View contact', onclick: () => view(card) }))));
}

function view(card) {
  const lines = [
    ['Name', cardName(card)],
    ...(card.phones ?? []).map(each => [each.type ? `Phone (${each.type})` : 'Phone', each.phone]),
    ...(card.emails ?? []).map(each => ['E-mail', each.email]),
    ...(card.urls ?? []).map(each => ['Address on the web', each.url]),
    ...(card.addresses ?? []).map(each => ['Address', [each.street, each.zip, each.city, each.country].filter(Boolean).join(', ')]),
    ['Company', card.org?.company], ['Birthday', card.birthday], ['Shared as', card.origin],
  ].filter(([, value]) => value);
  return openDialog({ title: 'Contact', body: table(lines), actions: [{ label: 'Close', primary: true }] });
}

/** Pairs of a name and a value. */
export const table = lines =>
  h('dl', { class: 'pairs' }, lines.flatMap(([name, value]) =>
    [h('dt', { text: plain(name) }), h('dd', {}, h('bdi', { text: plain(value) }))]));

function money(amount, currency) {
  try {
    return new Intl.NumberFormat([], { style: 'currency', currency }).format(amount);
  } catch {
    return `${amount} ${currency ?? ''}`.trim();
  }
}

function order(message) {
  const body = bodyOf(message);
  const lines = body.product_items ?? [];
  const total = lines.reduce((sum, line) => sum + Number(line.item_price ?? 0) * Number(line.quantity ?? 1), 0);
  return [
    h('div', { class: 'card order' },
      h('div', { class: 'card-row' },
        h('span', { class: 'avatar', 'aria-hidden': 'true' }, icon('cart')),
        h('div', { class: 'card-text' },
          h('span', { class: 'card-title', text: items(body) }),
          h('small', { text: `${money(total, lines[0]?.currency)} (estimated total)` }))),
      h('ul', { class: 'order-lines' }, lines.map(line => h('li', {},
        h('bdi', { text: `${line.quantity ?? 1} × ${plain(line.product_retailer_id)}` }),
        h('span', { text: money(line.item_price, line.currency) }))))),
    body.text ? h('div', { class: 'text' }, formatted(body.text)) : null,
  ];
}

/** A product of a catalog: the emulator knows its number only. */
export const product = (catalog, id) => h('div', { class: 'card product' },
  h('div', { class: 'product-picture', 'aria-hidden': 'true' }, icon('store')),
  h('div', { class: 'card-text' }, h('bdi', { class: 'card-title', text: plain(id ?? 'Product') }),
    catalog ? h('small', { text: `Catalog ${plain(catalog)}` }) : null));

/** Any JSON, for what has no form of its own. */
export const json = value => h('pre', { class: 'json' }, h('code', { text: JSON.stringify(value, null, 2) }));

export const cards = { location, contacts, order };
