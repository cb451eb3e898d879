// What set out for a channel and never came: where it ended, and what to change.
import { byId, el } from "./dom.js";
import { nothing } from "./empty_view.js";
import { icon } from "./icons.js";
import { openJourney, shortOf } from "./journey_view.js";
import { moment } from "./message_view.js";
import { say } from "./words.js";

let made = "";

const lossView = (hop, opened) =>
  el("li", { class: "loss", id: `loss-${hop.number}` },
    el("span", { class: "mark" }, icon("lost")),
    el("div", {},
      el("p", { class: "hop-kind" }, el("span", {}, say(`kind_${hop.kind}`)), moment(hop.at, hop.real)),
      el("h3", {}, shortOf(hop.subject)),
      el("p", {}, hop.text),
      el("p", { class: "why" }, hop.lost),
      el("button", { type: "button", class: "to-journey", "aria-expanded": String(opened), "aria-controls": "journey",
        onclick: () => openJourney({ hop: hop.number }) },
      icon(hop.kind), el("span", { class: "to-journey-text" }, say("journey")), icon("arrow"))));

export function draw(state) {
  const losses = [...state.lost.keys()].map((number) => state.hops.get(number)).filter(Boolean)
    .sort((one, other) => other.number - one.number);
  const now = JSON.stringify([losses.map(({ number }) => number), state.opened, state.hello?.instance]);
  if (made === now) return;
  made = now;
  const place = byId("lost");
  const focused = place.contains(document.activeElement) ? document.activeElement.closest(".loss")?.id : null;
  place.replaceChildren(losses.length
    ? el("div", {}, el("p", { class: "lead" }, say("lostLead")),
      el("ol", { class: "losses" }, losses.map((hop) => lossView(hop, state.opened?.hop === hop.number))))
    : nothing(say("nothingLost"), say("nothingLostText")));
  if (focused) byId(focused)?.querySelector("button").focus({ preventScroll: true });
}
