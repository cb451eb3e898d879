// The channel: its messages in order, with the days in between; who reads at the end stays there.
import { byId, el } from "./dom.js";
import { emptyState } from "./empty_view.js";
import { store } from "./store.js";
import { ThreadView, markOpened } from "./thread_view.js";
import { threadsOf } from "./threads.js";
import { dayOf } from "./time.js";
import { say } from "./words.js";

const NEAR = 80; // pixels from the end: who reads there wants to see what comes
const drawn = new Map(); // number of the first message → its view
let shownIn = null;
let announced = null;
let stuck = true; // to the end

/** What had the focus has it again, although its part was drawn anew. */
function keepFocus(change) {
  const place = document.activeElement?.closest?.(".message, .thread-toggle");
  const entry = place?.closest(".entry"), kind = document.activeElement?.classList[0];
  change();
  if (!place || place.isConnected) return;
  const again = place.id ? byId(place.id) : entry;
  (again?.querySelector(`button.${CSS.escape(kind ?? "")}`) ?? again)?.focus({ preventScroll: true });
}

function viewOf(thread) {
  const { number } = thread.root;
  if (!drawn.has(number)) drawn.set(number, new ThreadView());
  const view = drawn.get(number);
  view.show(thread);
  return view.element;
}

function forgetOthers(threads) {
  const wanted = new Set(threads.map(({ root }) => root.number));
  for (const [number, { element }] of drawn) {
    if (!wanted.has(number)) {
      element.remove();
      drawn.delete(number);
    }
  }
}

function reconcile(list, threads) {
  forgetOthers(threads);
  let day = "";
  const order = [];
  for (const thread of threads) {
    if (dayOf(thread.root.at) !== day) {
      day = dayOf(thread.root.at);
      order.push(el("div", { class: "day", role: "separator" }, el("span", {}, day)));
    }
    order.push(viewOf(thread));
  }
  list.querySelectorAll(".day").forEach((old) => old.remove());
  order.forEach((element, at) => {
    if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
  });
}

function announce(messages) {
  const newest = messages.reduce((highest, { number }) => Math.max(highest, number), 0);
  if (announced !== null && newest > announced) {
    byId("announcer").textContent = say("newMessage", { title: store.messages.get(newest).title });
  }
  announced = newest;
}

function rove(list) {
  const all = [...list.querySelectorAll(".message")];
  if (!all.some((message) => message.tabIndex === 0)) all.at(-1)?.setAttribute("tabindex", "0");
}

function stay() {
  const place = byId("channel");
  if (stuck) place.scrollTop = place.scrollHeight;
}

/** Whoever reads at the end stays there, also when the window, or what stands above, changes its height. */
export function keepAtEnd() {
  const place = byId("channel");
  let before = 0;
  place.addEventListener("scroll", () => {
    const near = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR;
    // Content that grows, or a place that shrinks, is no wish to leave the end; scrolling up is one.
    if (near || place.scrollTop < before) stuck = near;
    before = place.scrollTop;
    if (near) byId("newer").hidden = true;
  });
  new ResizeObserver(stay).observe(place);
  byId("newer").addEventListener("click", () => {
    stuck = true;
    stay();
  });
}

function beginAnew(place, where) {
  if (shownIn === where) return;
  shownIn = where;
  announced = null;
  stuck = true;
  drawn.clear();
  place.replaceChildren(el("div", { class: "list" }));
}

export function draw(state) {
  const place = byId("channel");
  beginAnew(place, `${state.hello?.instance} ${state.configuration}`);
  const messages = [...state.messages.values()].filter(({ configuration }) => configuration === state.configuration);
  const before = drawn.size, list = place.querySelector(".list");
  list.hidden = !messages.length;
  keepFocus(() => reconcile(list, threadsOf(messages)));
  markOpened(list);
  emptyState(place, !messages.length, state);
  rove(list);
  announce(messages);
  if (stuck) stay();
  else if (drawn.size > before) byId("newer").hidden = false;
}
