// The channel: its messages in order, threads closed until they are opened.
import { byId, el } from "./dom.js";
import { emptyState } from "./empty_view.js";
import { openJourney } from "./journey_view.js";
import { content } from "./message_view.js";
import { store } from "./store.js";
import { threadsOf } from "./threads.js";
import { dayOf } from "./time.js";
import { say } from "./words.js";

const NEAR = 80; // pixels from the end: who reads there wants to see what comes
const drawn = new Map(); // number of the first message → its element and what it was made of
const unfolded = new Set();
let shownIn = null;
let announced = null;
let stuck = true; // to the end

const messageView = (message, thread) =>
  el("article", { class: "message", id: `message-${message.number}`, tabindex: "-1", "data-number": message.number,
    "aria-labelledby": `title-${message.number}` }, content(message, openJourney, thread));

function repliesView(thread) {
  const { root, replies } = thread;
  if (!replies.length) return "";
  const open = unfolded.has(root.number);
  const count = replies.length === 1 ? say("reply") : say("replies", { n: replies.length });
  return el("div", { class: "thread" },
    el("button", { type: "button", class: "thread-toggle", "aria-expanded": String(open), onclick: () => {
      unfolded[open ? "delete" : "add"](root.number);
      draw(store);
      drawn.get(root.number).element.querySelector(".thread-toggle").focus();
    } }, el("span", { class: "stack" }, replies.slice(-3).map((reply) => el("i", { class: reply.colour }))), open ? say("hide") : count),
    open ? el("div", { class: "replies" }, replies.map((reply) => messageView(reply))) : "");
}

const threadView = (thread) => el("div", { class: "entry" }, messageView(thread.root, thread), repliesView(thread));

/** What a thread's picture depends on; it is made again only when that has changed. */
const signature = ({ root, replies, recovered }) => JSON.stringify([
  [root, ...replies].map((message) => [message.number, message.journey]), recovered?.number, unfolded.has(root.number),
  store.opened?.message, store.hello?.instance,
]);

function keepFocus(change) {
  const place = document.activeElement?.closest?.(".message");
  const label = document.activeElement?.className;
  change();
  if (!place || place.isConnected) return;
  const again = byId(place.id);
  (again?.querySelector(`button.${CSS.escape(label.split(" ")[0] || "none")}`) ?? again)?.focus({ preventScroll: true });
}

function reconcile(list, threads) {
  const wanted = new Set(threads.map(({ root }) => root.number));
  for (const [number, { element }] of drawn) {
    if (!wanted.has(number)) { element.remove(); drawn.delete(number); }
  }
  let day = "";
  const order = [];
  for (const thread of threads) {
    const made = signature(thread), known = drawn.get(thread.root.number);
    if (known?.made !== made) {
      const element = threadView(thread);
      known?.element.replaceWith(element);
      drawn.set(thread.root.number, { element, made });
    }
    if (dayOf(thread.root.at) !== day) {
      day = dayOf(thread.root.at);
      order.push(el("div", { class: "day", role: "separator" }, el("span", {}, day)));
    }
    order.push(drawn.get(thread.root.number).element);
  }
  list.querySelectorAll(".day").forEach((old) => old.remove());
  order.forEach((element, at) => { if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null); });
}

function announce(threads) {
  const newest = Math.max(0, ...threads.flatMap(({ root, replies }) => [root, ...replies].map(({ number }) => number)));
  if (announced !== null && newest > announced) {
    byId("announcer").textContent = say("newMessage", { title: store.messages.get(newest).title });
  }
  announced = newest;
}

function rove(list) {
  const all = [...list.querySelectorAll(".message")];
  if (!all.some((message) => message.tabIndex === 0)) all.at(-1)?.setAttribute("tabindex", "0");
}

const stay = () => { const place = byId("channel"); if (stuck) place.scrollTop = place.scrollHeight; };

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
  byId("newer").addEventListener("click", () => { stuck = true; stay(); });
}

export function draw(state) {
  const place = byId("channel");
  const messages = [...state.messages.values()].filter(({ configuration }) => configuration === state.configuration);
  const threads = threadsOf(messages);
  const before = drawn.size;
  if (shownIn !== `${state.hello?.instance} ${state.configuration}`) {
    shownIn = `${state.hello?.instance} ${state.configuration}`;
    drawn.clear();
    announced = null;
    place.replaceChildren(el("div", { class: "list" }));
  }
  const list = place.querySelector(".list");
  list.hidden = !threads.length;
  keepFocus(() => reconcile(list, threads));
  emptyState(place, !threads.length, state);
  rove(list);
  announce(threads);
  if (before === 0) stuck = true;
  if (stuck) stay();
  else if (drawn.size > before) byId("newer").hidden = false;
}
