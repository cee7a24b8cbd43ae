const clock = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' });
const exact = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const day = new Intl.DateTimeFormat([], { weekday: 'long', day: 'numeric', month: 'long' });
const shortDay = new Intl.DateTimeFormat([], { day: '2-digit', month: '2-digit' });

/** "14:05". */
export const timeOf = at => clock.format(new Date(at));

/** "14:05:09.120". */
export const exactTimeOf = at => exact.format(new Date(at));

/** A key that two instants of the same local day share. */
export const dayOf = at => new Date(at).toDateString();

/** "Today", "Yesterday" or the day, seen from `now`. */
export function dayName(at, now) {
  if (dayOf(at) === dayOf(now)) return 'Today';
  if (dayOf(at) === dayOf(now - 86_400_000)) return 'Yesterday';
  return day.format(new Date(at));
}

/** The time when it was today, otherwise the day: what a list has room for. */
export const briefly = (at, now) => (dayOf(at) === dayOf(now) ? timeOf(at) : shortDay.format(new Date(at)));

/** A span as "23 h 59 min", "4 min 10 s" or "9 s". */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
