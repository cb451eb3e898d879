// From the hops of a journey to the steps that are shown: the datapoint between invocation and alarm, and few of each kind.
import { wayOf } from "./store.js";
import { timeOf } from "./time.js";
import { say } from "./words.js";

const FEW = 6; // more hops of one kind are folded

/** metric:AWS/Lambda/Errors/orders@1795627200 → its parts. */
export function datapointOf(name) {
  const found = /^metric:((?:AWS\/)?[^/]+)\/([^/]+)(?:\/(.*))?@(\d+)/.exec(name);
  return found && { metric: `${found[1]} ${found[2]}`, dimensions: found[3] ?? "", stamped: Number(found[4]) };
}

/** The datapoint that an alarm followed: the journal has it as a name only. */
function datapoint(alarm, way) {
  for (const name of alarm.follows) {
    const cause = way.find((hop) => hop.brings.includes(name) && hop.kind === "invocation"), point = datapointOf(name);
    if (cause && point) {
      return { ...cause, kind: "metric", lost: "", brings: [], follows: [name], subject: point.metric, number: `${cause.number}-${name}`,
        text: say("counted", { dimensions: point.dimensions, time: timeOf(point.stamped) }), facts: {} };
    }
  }
  return null;
}

/** All steps, causes first. */
export function stepsOf(journey) {
  const way = wayOf(journey);
  const hasMetric = way.some((hop) => hop.kind === "metric");
  return way.flatMap((hop) => {
    const point = hop.kind === "alarm" && !hasMetric ? datapoint(hop, way) : null;
    return point ? [point, hop] : [hop];
  });
}

export function folded(steps) {
  const kinds = new Map();
  for (const step of steps) kinds.set(step.kind, [...(kinds.get(step.kind) ?? []), step]);
  const kept = new Set([...kinds.values()].flatMap((same) => same.slice(-FEW)));
  return steps.filter((step) => kept.has(step));
}
