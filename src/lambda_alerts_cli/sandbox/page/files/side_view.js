// The side and the bar above the channel: workspace, health, channels, clock, and whether this page is live.
import { byId, el, show } from "./dom.js";
import { command } from "./empty_view.js";
import { icon } from "./icons.js";
import { rowsOf } from "./spans.js";
import { sandboxNow, set, speed, store } from "./store.js";
import { timeOf } from "./time.js";
import { say } from "./words.js";

const nameOf = ({ name, channel }) => name || channel;

/** Configurations, and what messages still name although it was deleted. */
function channelsOf({ channels, messages }) {
  const known = new Map(channels.map((row) => [row.configuration, row]));
  for (const { configuration, channel } of messages.values()) {
    if (!known.has(configuration)) known.set(configuration, { configuration, channel, topics: 0 });
  }
  return [...known.values()];
}

const figure = (value, label, loud, title = "") =>
  el("div", { class: `figure${loud ? " loud" : ""}`, title }, el("b", {}, String(value)), el("span", {}, label));

const burning = (state) => rowsOf(state).filter((row) => row.state === "ALARM").length;

function health(state) {
  const { alarms, messages, lost } = state, inAlarm = burning(state);
  show(byId("health"),
    figure(inAlarm, say("inAlarm"), inAlarm > 0, alarms.length ? say("ofAlarms", { n: alarms.length }) : ""),
    figure(messages.size, say("delivered"), false), figure(lost.size, say("lostMessages"), lost.size > 0));
}

function open({ configuration }) {
  set({ configuration, view: "channel", opened: null });
  document.body.classList.remove("with-side");
}

function channelList(state, rows) {
  const count = (name) => [...state.messages.values()].filter(({ configuration }) => configuration === name).length;
  show(byId("channels"), rows.length ? rows.map((row) =>
    el("li", {}, el("button", { type: "button", "aria-current": row.configuration === state.configuration ? "true" : false,
      onclick: () => open(row) },
    icon("channel"), el("span", {}, nameOf(row)), el("small", {}, String(count(row.configuration) || ""))))) :
    el("li", { class: "none" }, say("noChannel")));
}

function bar(state, rows) {
  const row = rows.find(({ configuration }) => configuration === state.configuration);
  show(byId("title"), row ? [icon("channel"), nameOf(row)] : say("noChannel"));
  const topics = row?.topics ?? 0;
  const fed = topics ? say(topics === 1 ? "oneTopicLine" : "topicLine", { n: topics }) : "";
  byId("subtitle").textContent = row ? [row.name ? row.channel : "", fed].filter(Boolean).join(" · ") : "";
  document.title = `${burning(state) ? "● " : ""}${row ? `#${nameOf(row)} · ` : ""}lambda-alerts sandbox`;
  const live = { live: "live", renewed: "live", connecting: "connecting", full: "connecting" }[state.connection] ?? "gone";
  byId("connection").className = `pill ${live}`;
  show(byId("connection"), el("i", { "aria-hidden": "true" }), say(live));
}

const BANNERS = {
  ended: () => [el("p", {}, say("ended")), el("p", {}, say("endedNext"), " ", command("lambda-alerts sandbox up"))],
  lost: () => [el("p", {}, say("lostTouch"))],
  full: () => [el("p", {}, say("full"))],
  renewed: () => [el("p", {}, say("renewed"))],
};

function banner({ connection }) {
  const place = byId("banner"), made = BANNERS[connection];
  place.hidden = !made;
  place.className = `banner ${connection}`;
  show(place, made ? made() : []);
}

function tabs({ view, messages, lost, configuration }) {
  const shown = [...messages.values()].filter((message) => message.configuration === configuration).length;
  const labels = { channel: [say("messages"), shown], lost: [say("lost"), lost.size], picture: [say("alarms"), 0] };
  for (const [name, [label, count]] of Object.entries(labels)) {
    const tab = byId(`tab-${name}`), chosen = view === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    show(tab, label, count ? el("span", { class: `count${name === "lost" ? " loud" : ""}` }, String(count)) : "");
  }
  byId("channel").hidden = view !== "channel";
  byId("lost").hidden = view !== "lost";
  document.body.dataset.view = view;
}

export function draw(state) {
  const rows = channelsOf(state);
  if (!rows.some(({ configuration }) => configuration === state.configuration)) state.configuration = rows[0]?.configuration ?? null;
  byId("workspace").textContent = state.hello?.workspace ?? "sandbox";
  byId("account").textContent = state.hello ? state.hello.account : "";
  health(state);
  channelList(state, rows);
  bar(state, rows);
  banner(state);
  tabs(state);
  tick();
}

/** The sandbox's clock. */
export function tick() {
  show(byId("clock"), el("b", {}, timeOf(sandboxNow())), el("span", {}, speed() === 1 ? say("realTime") : say("speed", { n: speed() })));
}

export const choose = (view) => { if (store.view !== view) set({ view, opened: null }); };
