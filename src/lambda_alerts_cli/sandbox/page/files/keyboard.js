// Without a mouse: j and k between messages, Enter for the journey, Esc to close, arrows between tabs.
import { byId } from "./dom.js";
import { closeJourney, openJourney } from "./journey_view.js";
import { store } from "./store.js";
import { choose } from "./side_view.js";

const VIEWS = ["channel", "lost", "picture"];
const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

const typing = (target) => target.closest("input, select, textarea, [contenteditable]");

function step(by, event) {
  const rows = [...byId(store.view === "lost" ? "lost" : "channel").querySelectorAll(".message, .loss button")];
  const here = rows.indexOf(event.target.closest(".message, .loss button"));
  const arrow = event.key.startsWith("Arrow");
  if (!rows.length || (arrow && here < 0)) return; // arrows scroll, unless a message has the focus
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + by))];
  event.preventDefault();
  focusOn(next);
}

/** One message at a time is in the order of the Tab key. */
function focusOn(message) {
  for (const other of document.querySelectorAll('.message[tabindex="0"]')) other.tabIndex = -1;
  if (message.matches(".message")) message.tabIndex = 0;
  message.focus();
  message.scrollIntoView({ block: "nearest" });
}

function tabs(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const here = VIEWS.indexOf(event.target.id.replace("tab-", ""));
  if (!by || here < 0) return;
  const shown = VIEWS.filter((name) => byId(`tab-${name}`).offsetParent !== null);
  const next = shown[(shown.indexOf(VIEWS[here]) + by + shown.length) % shown.length];
  event.preventDefault();
  choose(next);
  byId(`tab-${next}`).focus();
}

function escape() {
  if (store.opened) closeJourney();
  else if (document.body.classList.contains("with-side")) {
    document.body.classList.remove("with-side");
    byId("open-side").focus();
  }
}

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "Escape") escape();
    else if (event.target.getAttribute?.("role") === "tab") tabs(event);
    else if (event.key === "Enter" && event.target.matches(".message")) openJourney({ message: Number(event.target.dataset.number) });
    else if (STEPS[event.key]) step(STEPS[event.key], event);
  });
}
