// From single changes of state to spans of time: what the picture draws, and its text.

export const STATES = ["ALARM", "OK", "INSUFFICIENT_DATA"];
export const WINDOWS = [900, 3600, 6 * 3600, 24 * 3600]; // seconds of the sandbox's clock

/** The narrowest window that holds five real minutes (at 60 times the speed, six hours) and the latest alarm. */
export function fittingWindow(speed, now, transitions) {
  const latest = transitions.findLast(({ state }) => state === "ALARM")?.at ?? now;
  return WINDOWS.find((seconds) => seconds / speed >= 300 && seconds * 0.9 >= now - latest) ?? WINDOWS.at(-1);
}

const nameOf = (arn) => arn.split(":alarm:").at(-1);

/** One row for each alarm: first those that are in alarm, then those that have been, then those that have moved at all. */
export function rowsOf({ alarms, transitions, hello }) {
  const rows = new Map(alarms.map((alarm) => [alarm.arn, { arn: alarm.arn, name: alarm.name, state: alarm.state, changes: [] }]));
  for (const change of transitions) {
    const row = rows.get(change.alarm);
    // An alarm that was deleted has no row any more; before the first list has come, every alarm is taken as it is.
    if (row) row.changes.push(change);
    else if (!alarms.length) {
      const { alarm: arn, state } = change;
      rows.set(arn, { arn, name: nameOf(arn), state, changes: [change] });
    }
  }
  for (const row of rows.values()) {
    const first = row.changes[0];
    const state = first?.before || (first ? "INSUFFICIENT_DATA" : row.state);
    row.spans = [{ state, from: Math.min(hello?.begun ?? 0, first?.at ?? Infinity) },
      ...row.changes.map(({ state, at }) => ({ state, from: at }))];
    row.state = row.changes.at(-1)?.state ?? row.state;
    row.since = row.spans.at(-1).from;
  }
  const was = (row) => row.changes.some(({ state }) => state === "ALARM");
  const rank = (row) => (row.state === "ALARM" ? 0 : was(row) ? 1 : row.changes.length ? 2 : 3);
  return [...rows.values()].sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

/** Where the picture begins: a young sandbox fills it, too. */
export function beginning(rows, now, window) {
  const born = Math.min(now, ...rows.map(({ spans }) => spans[0].from));
  return Math.max(now - (window ?? WINDOWS[0]), Math.min(born, now - WINDOWS[0]));
}

/** The spans that can be seen between two moments, cut to them. */
export const cut = (spans, from, to) =>
  spans.map((span, at) => ({ state: span.state, from: Math.max(from, span.from), to: Math.min(to, spans[at + 1]?.from ?? to) }))
    .filter((span) => span.to > span.from);

/** Round moments for the axis, three to six of them. */
export function ticks(from, to) {
  const step = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600].find((seconds) => (to - from) / seconds <= 6) ?? 43200;
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push(at);
  return found;
}
