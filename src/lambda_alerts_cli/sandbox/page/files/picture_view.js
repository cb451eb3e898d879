// The state of all alarms over time as a picture, with its text beside it.
import { byId, el, svg } from "./dom.js";
import { sandboxNow, speed, store } from "./store.js";
import { beginning, cut, fittingWindow, rowsOf, STATES, ticks, WINDOWS } from "./spans.js";
import { minuteOf, timeOf } from "./time.js";
import { say } from "./words.js";

const FEW = 5;
const WIDE = 1000; // of the drawings' own units
const BAR = { ALARM: [2, 14], OK: [5, 8], INSUFFICIENT_DATA: [7.5, 3] }; // top and height: told apart without colour, too
const choice = { window: null, all: false, text: false };

const xOf = (at, from, to) => ((at - from) / (to - from)) * WIDE;

const bars = (row, from, to) => cut(row.spans, from, to).map((span) => {
  const [y, height] = BAR[span.state] ?? BAR.INSUFFICIENT_DATA, x = xOf(span.from, from, to);
  return svg("rect", { class: `bar-${span.state}`, x: x.toFixed(1), y, height, width: Math.max(2, xOf(span.to, from, to) - x).toFixed(1) },
    svg("title", {}, `${say(span.state)} ${timeOf(span.from)} – ${timeOf(span.to)}`));
});

const canvas = (label, ...children) => svg("svg",
  { viewBox: `0 0 ${WIDE} 18`, preserveAspectRatio: "none", role: "img", "aria-label": label }, children);

const alarmRow = (row, from, to) => [
  el("span", { class: `name state-${row.state}`, title: row.name }, el("i", { "aria-hidden": "true" }), row.name),
  canvas(`${row.name}: ${say("since", { state: say(row.state), time: timeOf(row.since) })}`, bars(row, from, to)),
];

function failuresRow(failures, from, to) {
  const seen = failures.filter(({ at }) => at >= from && at <= to);
  const places = new Set(seen.map(({ at }) => Math.round(xOf(at, from, to) / 3) * 3)); // marks that would cover each other are one
  return [
    el("span", { class: "name quiet" }, say("failures")),
    canvas(say("nFailures", { n: seen.length }), [...places].map((x) => svg("path", { class: "mark", d: `M${x} 4V14` }))),
  ];
}

const axis = (from, to) => [el("span", {}), el("div", { class: "axis", "aria-hidden": "true" }, ticks(from, to).map((at) => {
  const label = el("span", {}, minuteOf(at));
  label.style.left = `${xOf(at, from, to) / 10}%`;
  return label;
}))];

/** What was chosen; until then, what fits. */
const shownWindow = () => choice.window ?? (store.hello ? fittingWindow(speed(), sandboxNow(), store.transitions) : null);

const windowName = (seconds) => (seconds < 3600 ? say("minutes", { n: seconds / 60 }) : say("hours", { n: seconds / 3600 }));

function controls(rows) {
  if (!rows.length) return el("div", { class: "picture-head" }, el("h2", {}, say("picture")));
  const select = el("select", { id: "window", onchange: () => { choice.window = Number(select.value); draw(store); } },
    WINDOWS.map((seconds) => el("option", { value: seconds, selected: seconds === shownWindow() }, windowName(seconds))));
  const toggle = (name, on, off) => el("button", { type: "button", class: "quiet-button", id: `toggle-${name}`,
    "aria-pressed": String(choice[name]), onclick: () => { choice[name] = !choice[name]; draw(store); } },
  choice[name] ? off : on);
  return el("div", { class: "picture-head" }, el("h2", {}, say("picture")),
    el("span", { class: "legend", "aria-hidden": "true" },
      STATES.map((state) => el("span", { class: `state-${state}` }, el("i"), say(state)))),
    rows.length > FEW ? toggle("all", say("showAll", { n: rows.length }), say("showFewer")) : "",
    toggle("text", say("asText"), say("hideText")),
    el("label", {}, el("span", { class: "unseen" }, say("window")), select));
}

const asText = (rows) => el("div", { class: "as-text", tabindex: "0", role: "region", "aria-label": say("picture") },
  el("table", {}, el("thead", {}, el("tr", {}, ["textAlarm", "textState", "textFrom"].map((key) => el("th", { scope: "col" }, say(key))))),
    el("tbody", {}, rows.flatMap((row) => row.spans.slice(-20).map((span) =>
      el("tr", {}, el("th", { scope: "row" }, row.name), el("td", {}, say(span.state)), el("td", {}, timeOf(span.from))))))));

function openChoice() {
  return document.activeElement?.id === "window"; // an open list would close under the user's hand
}

export function draw(state) {
  const place = byId("picture");
  if (openChoice() && place.drawn) return tick();
  const rows = rowsOf(state);
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.replaceChildren(controls(rows), rows.length ? el("div", { class: "rows" }) : el("p", { class: "quiet" }, say("noAlarms")),
    choice.text && rows.length ? asText(rows) : "");
  place.drawn = true;
  if (focused) byId(focused)?.focus();
  tick();
}

/** Time goes on also when nothing happens. */
export function tick() {
  const place = byId("picture").querySelector(".rows");
  if (!place || !store.hello) return;
  const to = sandboxNow(), rows = rowsOf(store), from = beginning(rows, to, shownWindow());
  place.replaceChildren(...failuresRow(store.failures, from, to),
    ...(choice.all ? rows : rows.slice(0, FEW)).flatMap((row) => alarmRow(row, from, to)), ...axis(from, to));
}
