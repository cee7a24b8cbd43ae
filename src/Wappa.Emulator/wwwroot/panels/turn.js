import { h, iconButton, plain } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { exactTimeOf } from '../core/time.js';
import { keyOf } from '../core/store.js';
import { table } from '../bubbles/cards.js';

const space = 'http://www.w3.org/2000/svg';
const labels = { received: 'Received', stored: 'Stored', recovered: 'Recovered', duplicate: 'Duplicate', queue: 'Queue', handler: 'Handler',
  commit: 'Commit', conflict: 'Conflict', retry: 'Retry', parked: 'Given up', send: 'Send', status: 'Status' };

/** A length of time in one or two digits more than one can feel. */
export function milliseconds(value) {
  if (value === null || value === undefined) return '';
  if (value >= 60_000) return `${(value / 60_000).toFixed(1)} min`;
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return value >= 10 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`;
}

/** The details of one turn as nodes. `open` are the names of the sections the reader has open. */
export function turnDetails(turn, { page, close, open, record }) {
  const button = (label, name, run) => h('button', { type: 'button', class: 'button', text: label, data: { name }, onclick: run });
  const memory = () => page.showMemory(turn.id);
  // What comes much later, such as a status a day after, must not press the rest into one line.
  const end = Math.max(1, ...turn.steps.filter(step => step.name !== 'status').map(step => step.offsetMs + (step.durationMs ?? 0)));
  return [
    h('header', { class: 'detail-head' }, h('h3', { text: plain(turn.title) || turn.kind }),
      iconButton(icon('close'), 'Close the turn', close)),
    h('div', { class: 'actions' },
      turn.exchange ? button('Show on the wire', 'wire', () => page.showExchange(turn.exchange)) : null,
      turn.message && turn.number && turn.customer
        ? button('Show in the chat', 'chat', () => page.showMessage(keyOf(turn), turn.message)) : null,
      button('Memory after it', 'memory', memory),
      turn.message ? button('Record as test', 'record', record) : null),
    table([['At', exactTimeOf(turn.startedAt)], ['State', turn.state], ['Tenant', plain(turn.tenant)], ['User', plain(turn.userId ?? '–')],
      ['Turn', turn.id]]),
    h('ol', { class: 'steps', 'aria-label': `Steps, ${milliseconds(end)} in all` },
      turn.steps.map((step, index) => line(step, index, end, { page, open }))),
    logs(turn, open),
  ];
}

function line(step, index, end, { page, open }) {
  const isBad = Boolean(step.error) || ['failed', 'refused', 'unknown'].includes(step.outcome);
  const facts = [milliseconds(step.durationMs), step.attempt > 1 ? `attempt ${step.attempt}` : '',
    plain(step.outcome ?? ''), plain(step.note ?? ''),
    step.writes?.length > 0
      ? `${step.writes.filter(write => write.operation !== 'Require').length} records` : ''].filter(Boolean).join(' · ');
  const name = `step-${index}`;
  const head = [h('span', { class: 'step-name', text: labels[step.name] ?? step.name }), bar(step, end, isBad),
    h('span', { class: 'step-facts' }, h('span', { text: facts }), h('small', { text: ` +${milliseconds(step.offsetMs)}` }))];
  const more = [
    step.writes?.length > 0 ? table(step.writes.map(write => [write.operation, `${write.kind} ${plain(write.name)}${write.ttlSeconds
      ? `, for ${milliseconds(write.ttlSeconds * 1000)}` : ''}`])) : null,
    step.exchange ? h('button', { type: 'button', class: 'plain', text: 'Show on the wire', data: { name: `wire-${index}` },
      onclick: () => page.showExchange(step.exchange) }) : null,
    step.error ? failure(step.error) : null,
  ].filter(Boolean);
  return h('li', { class: `step ${isBad ? 'failed' : ''}`, data: { step: step.name } },
    more.length === 0 ? h('div', { class: 'step-line' }, head)
    : h('details', { data: { name }, open: open.has(name) || Boolean(step.error && open.size === 0) },
      h('summary', { class: 'step-line', data: { name: `summary-${index}` } }, head), more));
}

// To scale, and never thinner than can be seen.
function bar(step, end, isBad) {
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('class', `step-bar ${step.name} ${isBad ? 'bad' : ''}`);
  svg.setAttribute('viewBox', '0 0 1000 10');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const x = Math.min(994, (step.offsetMs / end) * 1000);
  const width = Math.max(6, Math.min(1000 - x, ((step.durationMs ?? 0) / end) * 1000));
  for (const [className, left, wide] of [['track', 0, 1000], ['fill', x, width]]) {
    const rect = document.createElementNS(space, 'rect');
    for (const [key, value] of Object.entries({ class: className, x: left, y: 0, width: wide, height: 10 })) rect.setAttribute(key, value);
    svg.append(rect);
  }
  return svg;
}

function failure(error) {
  return h('div', { class: 'failure' }, h('p', { class: 'problem', text: `${error.type}: ${error.message}` }),
    error.stack ? h('pre', { class: 'json', tabindex: '0', 'aria-label': 'Stack' }, h('code', { text: error.stack })) : null,
    error.inner ? failure(error.inner) : null);
}

function logs(turn, open) {
  if (turn.logs.length === 0) return h('p', { class: 'hint', text: 'No logs.' });
  return h('details', { data: { name: 'logs' }, open: open.has('logs') },
    h('summary', { text: `Logs (${turn.logs.length}${turn.more ? ` of ${turn.logs.length + turn.more}` : ''})`,
      data: { name: 'summary-logs' } }),
    h('ul', { class: 'logs' }, turn.logs.map(log => h('li', { class: log.level },
      h('small', { text: `+${milliseconds(log.offsetMs)} · ${log.level} · ${plain(log.category)}` }),
      h('div', { dir: 'auto', text: log.text }), log.error ? failure(log.error) : null))));
}
