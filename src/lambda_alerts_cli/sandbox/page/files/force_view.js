// Buttons that make a deployed function fail, and what became of it: nothing is promised that has not happened.
import { byId, el, show } from "./dom.js";
import { changed, store, wayOf } from "./store.js";
import { say } from "./words.js";

const ADDRESS = "/_sandbox/force";
const forced = new Map(); // function → { text, kind, request }

const invocation = () => document.querySelector("input[name=invocation]:checked").value;

async function reasonOf(response) {
  try {
    const said = await response.json();
    return said.message ?? said.error ?? `HTTP ${response.status}`;
  } catch {
    return `HTTP ${response.status}`;
  }
}

async function ask(name, region, failure) {
  let response;
  try {
    response = await fetch(ADDRESS, { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ function: name, failure, invocation: invocation(), region }) });
  } catch {
    return { kind: "failed", text: say("forceFailed", { why: say("noAnswer") }) };
  }
  if (!response.ok) return { kind: "failed", text: say("forceFailed", { why: await reasonOf(response) }) };
  const { request_id: request } = await response.json();
  return { kind: "waiting", text: say(`forced_${failure}`), request };
}

async function force({ name, region = "" }, failure) {
  forced.set(name, { kind: "asking", text: say("forcing") });
  changed();
  forced.set(name, await ask(name, region, failure));
  changed();
}

const cameBy = (journey, request) => wayOf(journey).some((hop) => [...hop.brings, ...hop.follows].includes(`request:${request}`));

/** Looks whether what was forced has come to its end. */
function follow(state) {
  for (const one of forced.values()) {
    // One failure may go several ways: what was lost on one of them can still arrive on another.
    if (!one.request || one.kind === "arrived") continue;
    if ([...state.messages.values()].some(({ journey }) => cameBy(journey, one.request))) one.kind = "arrived";
    else if ([...state.lost.values()].some(({ journey }) => cameBy(journey, one.request))) one.kind = "lost";
  }
}

function statusOf(one) {
  if (!one) return "";
  const ends = { waiting: () => say("waitFor", { id: one.request }), arrived: () => say("arrived"), lost: () => say("wasLost") }[one.kind];
  return [one.text, ends ? `: ${ends()}` : ""];
}

const button = (row, failure, unable) =>
  el("button", { type: "button", class: `force-${failure}`, "aria-label": say("forceWhat", { what: say(failure), name: row.name }),
    "aria-disabled": unable ? "true" : false, onclick: () => { if (!unable) force(row, failure); } }, say(failure));

function functionView(row, able) {
  const { name, busy, last } = row;
  // What the sandbox has to say about the last forcing (a switch that is still set) outweighs what this page knows.
  const one = last?.said ? { kind: "failed", text: last.said } : forced.get(name), unable = !able || one?.kind === "asking";
  return el("li", { class: "function" },
    el("p", {}, el("b", { title: name }, name), busy ? el("small", {}, say("busy")) : ""),
    el("div", { class: "pair" }, button(row, "error", unable), button(row, "timeout", unable)),
    el("p", { class: `outcome ${one?.kind ?? ""}`, role: "status" }, statusOf(one)));
}

export function draw(state) {
  follow(state);
  const able = ["live", "renewed"].includes(state.connection);
  const place = byId("functions"), label = place.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : "";
  const changedNow = show(place, state.functions.length
    ? state.functions.map((row) => functionView(row, able)) : el("li", { class: "none" }, say("noFunctions")));
  if (changedNow && label) place.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
  byId("invocation").hidden = !state.functions.length;
}
