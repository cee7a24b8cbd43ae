import { h } from '../../core/dom.js';
import { table } from '../../bubbles/cards.js';
import { size } from './list.js';

const svgSpace = 'http://www.w3.org/2000/svg';
const every = 2000; // ms
const most = 60; // points
const [width, height] = [240, 44];

/** Counts of what the app asks of its memory, with a chart of each over the last two minutes; asked for only while it is open. */
export function statistics(api, store) {
  const samples = [];
  const body = h('div', { class: 'memory-stats' });
  const element = h('details', { class: 'memory-statistics', ontoggle: () => (element.open ? start() : stop()) },
    h('summary', { text: 'Statistics' }), body);
  let timer = 0;
  let isShown = false;

  async function sample() {
    const now = await api.get('/memory/stats').catch(() => null);
    if (!now) return;
    samples.push(now);
    if (samples.length > most) samples.shift();
    render(now);
  }

  function render({ records, entries, caches }) {
    const of = (words, read) => chart(words, samples.map(read));
    body.replaceChildren(...[
      ...records.map(({ kind }) => section(`${kind} records`, [
        of('Hits', each => count(each, kind).hits), of('Misses', each => count(each, kind).misses),
        of('Writes', each => count(each, kind).writes)])),
      entries ? section('Entries of the cache', [
        of('Hits', each => each.entries?.hits ?? 0), of('Misses', each => each.entries?.misses ?? 0),
        entries.bytes === null ? null : of('Size', each => each.entries?.bytes ?? 0),
        table([['Entries', entries.entries], ['Size', entries.bytes === null ? null : size(entries.bytes)], ['Evicted', entries.evictions],
          ['Expired', entries.expirations]].filter(([, value]) => value !== null).map(([name, value]) => [name, String(value)]))]) : null,
      ...caches.map(cache => section(cache.name, [table(['hits', 'misses', 'loads', 'sets', 'deletes']
        .map(name => [name, String(cache[name])]))])),
    ].filter(Boolean));
  }

  function start() {
    isShown = true;
    clearInterval(timer);
    if (!element.open) return;
    sample();
    timer = setInterval(() => isShown && sample(), every);
  }

  function stop() {
    clearInterval(timer);
  }

  return { element, start, stop };
}

const count = (sample, kind) => sample.records.find(each => each.kind === kind) ?? { hits: 0, misses: 0, writes: 0 };

const section = (title, content) => h('section', {}, h('h4', { text: title }), content);

function chart(label, values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = width / Math.max(1, most - 1);
  const y = value => (high === low ? height - 2 : height - 2 - ((value - low) / (high - low)) * (height - 4));
  const svg = document.createElementNS(svgSpace, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${label}: ${values.at(-1)}`);
  const line = document.createElementNS(svgSpace, 'polyline');
  const x = at => (most - values.length + at) * step;
  line.setAttribute('points', values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' '));
  svg.append(line);
  return h('figure', { class: 'chart' }, h('figcaption', {}, label, ' ', h('strong', { text: String(values.at(-1)) })), svg);
}
