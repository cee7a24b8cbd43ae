import { h, hidden } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { timeOf } from '../core/time.js';

// Shape and colour both tell the state apart, and the words say it too.
const states = {
  pending: ['clock', 'Waiting'],
  accepted: ['clock', 'Accepted'],
  sent: ['tick', 'Sent'],
  delivered: ['ticks', 'Delivered'],
  read: ['ticks', 'Read'],
  played: ['microphone', 'Played'],
  failed: ['warning', 'Failed'],
};

/** How far a message has come, in words. */
export const statusWords = message => (states[message.status]?.[1] ?? '').toLowerCase();

/** The ticks of a message; nothing when it has no state. */
export function ticks(message) {
  const [image, words] = states[message.status] ?? [];
  if (!image) return null;
  const times = Object.entries(message.statusTimes ?? {}).map(([name, at]) => `${states[name]?.[1] ?? name} ${timeOf(at)}`);
  return h('span', { class: `ticks ${message.status}`, title: times.join(', ') || words }, icon(image), hidden(words));
}

/** The errors a message failed with, as Meta words them. */
export function failure(message) {
  if (message.status !== 'failed' && !message.errors?.length) return null;
  const first = message.errors?.[0];
  const words = first ? `${first.code}: ${first.error_data?.details ?? first.message ?? first.title ?? 'failed'}` : 'Not delivered';
  return h('p', { class: 'failure' }, icon('warning'), h('span', { text: words }));
}
