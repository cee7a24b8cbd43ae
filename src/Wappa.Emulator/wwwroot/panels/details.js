import { announce, h, iconButton, plain } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { table } from '../bubbles/cards.js';
import { exactTimeOf } from '../core/time.js';
import { keyOf } from '../core/store.js';
import { badge, duration, summary } from './exchange.js';
import { jsonView } from './json.js';

const first = new Set(['request', 'response']); // open until the reader says otherwise

/** The details of one exchange as nodes. `open` are the names of the sections the reader has open, null at the first time. */
export function details(exchange, { api, store, page, show, close, open }) {
  const said = h('span', { class: 'said', role: 'status' });

  async function copy(text, words) {
    const copied = await store.attempt(async () => {
      await navigator.clipboard.writeText(await text());
      return true;
    });
    said.textContent = copied ? words : 'Not copied.';
  }

  async function resend() {
    const answer = await store.attempt(() => api.resend(exchange.id));
    if (!answer) return;
    announce('Sent again');
    show(answer.exchange);
  }

  const section = (name, title, ...content) =>
    h('details', { open: open ? open.has(name) : first.has(name), data: { name } }, h('summary', { text: title }), content);
  const none = words => h('p', { class: 'hint', text: words });
  const headers = values => (Object.keys(values ?? {}).length > 0 ? table(Object.entries(values)) : none('None.'));
  const body = text => (text ? jsonView(text) : none('Empty.'));
  const button = (label, run) => h('button', { type: 'button', class: 'button', text: label, onclick: run });

  return [
    h('header', { class: 'detail-head' }, badge(exchange), h('h3', { text: summary(exchange) }),
      iconButton(icon('close'), 'Close the details', close)),
    h('p', { class: 'address' }, h('code', { text: `${exchange.method} ${plain(exchange.url)}` })),
    h('div', { class: 'actions' },
      button('Copy as curl', () => copy(() => api.curl(exchange.id), 'Copied.')),
      button('Resend', resend),
      exchange.requestBody ? button('Copy body', () => copy(async () => exchange.requestBody, 'Copied.')) : null,
      exchange.message && exchange.number && exchange.customer
        ? button('Show in the chat', () => page.showMessage(keyOf(exchange), exchange.message)) : null,
      said),
    table(facts(exchange)),
    section('request-headers', 'Request headers', headers(exchange.requestHeaders)),
    section('request', 'Request body', body(exchange.requestBody)),
    section('raw', 'Request body as sent', h('pre', { class: 'json raw', tabindex: '0' }, h('code', { text: exchange.requestBody ?? '' }))),
    section('response-headers', 'Response headers', headers(exchange.responseHeaders)),
    section('response', 'Response body', body(exchange.responseBody)),
  ];
}

function facts(exchange) {
  const signature = { true: '✓ valid', false: '✕ wrong, on purpose' }[String(exchange.signatureValid)];
  return [
    ['At', exactTimeOf(exchange.at)],
    ['Status', exchange.status === null ? exchange.note ?? 'under way' : String(exchange.status)],
    ['Took', duration(exchange)],
    ['Attempt', String(exchange.attempt ?? 1)],
    ['Signature', signature],
    ['Note', exchange.status === null ? null : exchange.note],
  ].filter(([, value]) => value);
}
