import { h, plain } from '../core/dom.js';

// What the list and the details of the wire both need to know of an exchange.

/** Whether it did not do what it was for. */
export const isFailed = exchange =>
  (exchange.status !== null && exchange.status >= 400) || (exchange.status === null && Boolean(exchange.note));

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function ofWebhook(body) {
  const values = (body?.entry ?? []).flatMap(entry => entry.changes ?? []).map(change => change.value ?? {});
  const messages = values.flatMap(value => value.messages ?? []).map(message => message.type);
  const statuses = values.flatMap(value => value.statuses ?? []).map(status => status.status);
  const many = names => (names.length > 2 ? `${names.length} × ${[...new Set(names)].join(', ')}` : names.join(', '));
  if (messages.length > 0) return `message ${many(messages)}`;
  return statuses.length > 0 ? `status ${many(statuses)}` : 'webhook';
}

function ofGraph(exchange, body) {
  const path = exchange.url.split('?')[0].split('/').filter(Boolean);
  const last = path.at(-1) ?? '';
  if (last !== 'messages') return `${exchange.method} ${/^\d+$/.test(last) ? 'media' : last}`;
  if (body?.status === 'read') return body.typing_indicator ? 'mark read, typing' : 'mark read';
  return `send ${body?.interactive?.type ?? body?.type ?? 'text'}`;
}

/** What it carried, in two or three words. The emulator sends bodies that parse; anything else is named by its route. */
export function summary(exchange) {
  const body = parsed(exchange.requestBody);
  return plain(exchange.kind === 'webhook' ? ofWebhook(body) : ofGraph(exchange, body));
}

/** Whether it tells how far messages came, or that they were read: most of the wire, and seldom what one looks for. */
export const isStatus = exchange => /^(status|mark read)/.test(summary(exchange));

/** The badge of its answer. */
export function badge(exchange) {
  if (exchange.status === null) return h('span', { class: `status ${exchange.note ? 'bad' : 'open'}`, text: exchange.note ? '✕' : '…',
    'aria-label': exchange.note ?? 'under way', role: 'img' });
  const kind = exchange.status < 300 ? 'good' : exchange.status < 500 ? 'warn' : 'bad';
  return h('span', { class: `status ${kind}`, text: exchange.status });
}

export const duration = exchange => (exchange.durationMs === null ? '' : `${Math.round(exchange.durationMs)} ms`);
