// One message as it stands in the channel.
import { buttonsOf } from "./buttons_view.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { inline, link, mrkdwn } from "./mrkdwn.js";
import { stepsOf as journeySteps } from "./steps.js";
import { speed } from "./store.js";
import { bothSpans, span, stampOf, timeOf } from "./time.js";
import { say } from "./words.js";

const KINDS = ["invocation", "event", "metric", "alarm", "rule", "topic", "channel"];

export const moment = (at, real) =>
  el("time", { datetime: stampOf(at), class: "time" }, timeOf(at),
    speed() === 1 ? "" : el("span", { class: "real" }, ` · ${say("real")} ${timeOf(real)}`));

const fieldsOf = (message) => message.fields.length
  ? el("dl", { class: "fields" }, message.fields.map(([name, value]) =>
    el("div", {}, el("dt", {}, inline(name)), el("dd", {}, inline(value)))))
  : "";

const linksOf = (message) => message.links.length
  ? el("p", { class: "links" }, message.links.map(({ text, address }) => link(address, text)))
  : "";

const stepsOf = (message) => message.next_steps.length
  ? el("div", { class: "steps" }, el("h4", {}, say("nextSteps")),
    el("ul", {}, message.next_steps.map((step) => el("li", {}, inline(step)))))
  : "";

/** The small picture of a journey: one mark for each kind of hop. */
function path(way) {
  const kinds = KINDS.filter((kind) => way.some((hop) => hop.kind === kind));
  return el("span", { class: "path" }, kinds.map((kind) => el("span", { class: `dot ${kind}` }, icon(kind))));
}

export function lasted(way) {
  if (way.length < 2) return "";
  const first = way.reduce((one, other) => (other.at < one.at ? other : one)), last = way.at(-1);
  return bothSpans(Math.max(0, last.at - first.at), Math.max(0, last.real - first.real), speed());
}

function journeyButton(message, open) {
  if (message.kind === "answer") return ""; // it came from a button
  const way = journeySteps(message.journey);
  return el("button", { type: "button", class: "to-journey", "aria-label": `${say("openJourney")}: ${message.title}`,
    "aria-expanded": "false", "aria-controls": "journey", onclick: () => open({ message: message.number }) },
  path(way), el("span", { class: "to-journey-text" }, el("span", {}, say("journey")),
    way.length > 1 ? el("b", {}, lasted(way)) : ""), icon("arrow"));
}

function recoveredMark({ root, recovered }) {
  if (!recovered) return "";
  return el("span", { class: "recovered" }, icon("check"), say("recovered", { span: span(Math.max(0, recovered.at - root.at)) }));
}

/** What is inside a message's frame; a reply has the same. */
export function content(message, { open, unfold, thread }) {
  return [
    el("img", { class: "avatar", src: "/_sandbox/page/avatar.svg", alt: "", width: 36, height: 36 }),
    el("div", { class: "content" },
      el("p", { class: "byline" }, el("strong", {}, "Amazon Q"), el("span", { class: "app-mark" }, say("app")),
        moment(message.at, message.real), thread ? recoveredMark(thread) : ""),
      el("div", { class: `attachment ${message.colour}` },
        el("h3", { id: `title-${message.number}` }, message.kind === "answer" ? el("code", {}, message.title) : inline(message.title)),
        el("div", { class: "text" }, mrkdwn(message.text)),
        fieldsOf(message), stepsOf(message), linksOf(message), buttonsOf(message, unfold)),
      el("div", { class: "below" }, journeyButton(message, open))),
  ];
}
