// The journey of a message, or of what was lost: every hop with its time, and the time in between.
import { byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { link } from "./mrkdwn.js";
import { lasted, moment } from "./message_view.js";
import { folded, stepsOf } from "./steps.js";
import { set, speed, store } from "./store.js";
import { bothSpans, span } from "./time.js";
import { say } from "./words.js";

const AT_ONCE = 0.05; // real seconds: whoever hands on writes that down a moment after it has arrived
let cameFrom = null;
let made = "";

/** The part of an ARN that people know: orders-errors, not arn:aws:cloudwatch:…. */
export const shortOf = (subject) =>
  subject.startsWith("arn:") ? subject.split(":").slice(5).join(":").replace(/^(function|alarm|rule)[:/]/, "") : subject;

const LEAST = ["request_id", "error_type", "error_message", "reason", "attempt", "condition", "target"]; // what is asked for first

function valueOf(value) {
  if (typeof value === "object") return el("pre", { tabindex: "0" }, JSON.stringify(value, null, 2));
  return el("span", { class: /\s/.test(String(value)) ? "prose" : "" }, link(String(value)));
}

const factList = (rows) => el("dl", { class: "facts" }, rows.map(([name, value]) =>
  el("div", {}, el("dt", {}, name.replaceAll("_", " ")), el("dd", {}, valueOf(value)))));

function factsOf(hop) {
  const all = Object.entries({ ...hop.facts, ...(hop.subject.startsWith("arn:") ? { arn: hop.subject } : {}) })
    .filter(([, value]) => value !== null && value !== "" && value !== undefined);
  const first = all.filter(([name]) => LEAST.includes(name)), rest = all.filter(([name]) => !LEAST.includes(name));
  return [first.length ? factList(first) : "",
    rest.length ? el("details", {}, el("summary", {}, say("moreFacts")), factList(rest)) : ""];
}

const hopView = (hop) => el("li", { class: `hop ${hop.kind}${hop.lost ? " lost" : ""}` },
  el("span", { class: "mark" }, icon(hop.lost ? "lost" : hop.kind)),
  el("div", { class: "hop-content" },
    el("p", { class: "hop-kind" }, el("span", {}, say(`kind_${hop.kind}`)), moment(hop.at, hop.real)),
    el("h3", {}, shortOf(hop.subject)), el("p", {}, hop.text),
    hop.lost ? el("p", { class: "why" }, el("b", {}, say("lostHere")), " ", hop.lost) : "", factsOf(hop)));

function between(before, after) {
  const sandbox = after.at - before.at;
  if (Math.abs(after.real - before.real) < AT_ONCE && sandbox < AT_ONCE) return el("li", { class: "gap" }, say("atOnce"));
  if (sandbox < 0) return el("li", { class: "gap" }, say("stampedEarlier", { span: span(-sandbox) }));
  return el("li", { class: "gap" }, "+ ", bothSpans(sandbox, Math.max(0, after.real - before.real), speed()));
}

function timeline(way) {
  const shown = folded(way);
  const rows = shown.flatMap((hop, at) => (at ? [between(shown[at - 1], hop), hopView(hop)] : [hopView(hop)]));
  return [way.length > shown.length ? el("p", { class: "folded" }, say("earlier", { n: way.length - shown.length })) : "",
    el("ol", { class: "timeline" }, rows)];
}

function found({ message, hop }) {
  if (message !== undefined) {
    const known = store.messages.get(message);
    return known && { title: known.title, way: stepsOf(known.journey), arrived: true };
  }
  const loss = store.lost.get(hop), end = store.hops.get(hop);
  return loss && end && { title: `${say("lost")}: ${shortOf(end.subject)}`, way: stepsOf(loss.journey) };
}

export function openJourney(what) {
  cameFrom = document.activeElement;
  set({ opened: what });
  setTimeout(() => byId("journey-title")?.focus(), 0);
}

export function closeJourney() {
  if (!store.opened) return;
  const { message } = store.opened;
  set({ opened: null });
  setTimeout(() => (cameFrom?.isConnected ? cameFrom : byId(`message-${message}`))?.focus(), 0);
}

export function draw(state) {
  const panel = byId("journey"), journey = state.opened && found(state.opened);
  document.body.classList.toggle("with-journey", Boolean(journey));
  panel.hidden = byId("scrim").hidden = !journey;
  if (!journey) { made = ""; return; }
  const now = JSON.stringify([state.opened, journey.way.map(({ number }) => number), state.hello?.instance]);
  if (made === now) return;
  made = now;
  const { title, way, arrived } = journey;
  const focused = panel.contains(document.activeElement);
  panel.replaceChildren(
    el("header", { class: "journey-head" },
      el("div", {}, el("p", {}, say("journeyOf")), el("h2", { id: "journey-title", tabindex: "-1" }, title)),
      el("button", { type: "button", class: "plain", "aria-label": say("close"), onclick: closeJourney }, icon("close"))),
    el("div", { class: "journey-body", tabindex: "0", role: "region", "aria-label": say("journey") },
      arrived && way.length > 1 ? el("p", { class: "total" }, say(way[0].kind === "invocation" ? "sinceFailure" : "inAll", { span: lasted(way) })) : "",
      way.length ? timeline(way) : el("p", { class: "folded" }, say("noJourney"))));
  if (focused) byId("journey-title").focus();
}
