// One thread: its first message, and its replies, closed until somebody opens them. Parts that do not change stay.
import { el } from "./dom.js";
import { openJourney } from "./journey_view.js";
import { content } from "./message_view.js";
import { changed, store } from "./store.js";
import { say } from "./words.js";

const unfolded = new Set(); // numbers of first messages

/** Opens a thread: an answer is about to come into it. */
function unfold(number) {
  unfolded.add(number);
  changed();
}

const messageView = (message, thread) =>
  el("article", { class: "message", id: `message-${message.number}`, tabindex: "-1", "data-number": message.number,
    "aria-labelledby": `title-${message.number}` }, content(message, { open: openJourney, unfold, thread }));

function toggle({ root, replies }) {
  const open = unfolded.has(root.number);
  const count = replies.length === 1 ? say("reply") : say("replies", { n: replies.length });
  return el("button", { type: "button", class: "thread-toggle", "aria-expanded": String(open), onclick: () => {
    unfolded[open ? "delete" : "add"](root.number);
    changed();
  } }, el("span", { class: "stack" }, replies.slice(-3).map((reply) => el("i", { class: reply.colour }))),
  open ? say("hide") : count);
}

const repliesView = (thread) => el("div", { class: "thread" }, thread.replies.length ? toggle(thread) : "",
  unfolded.has(thread.root.number)
    ? el("div", { class: "replies" }, thread.replies.map((reply) => messageView(reply)))
    : "");

const lookOf = ({ number, journey }) => [number, journey];

export class ThreadView {
  constructor() {
    this.element = el("div", { class: "entry" });
    this.parts = {};
  }

  show(thread) {
    const { root, replies, recovered } = thread;
    this.#part("root", JSON.stringify([lookOf(root), recovered?.number]), () => messageView(root, thread));
    this.#part("replies", JSON.stringify([replies.map(lookOf), unfolded.has(root.number)]), () => repliesView(thread));
  }

  #part(name, look, make) {
    const known = this.parts[name];
    if (known?.look === look) return;
    const element = make();
    if (known) known.element.replaceWith(element);
    else this.element.append(element);
    this.parts[name] = { look, element };
  }
}

/** Marks the message whose journey is open. */
export function markOpened(list) {
  for (const button of list.querySelectorAll(".to-journey")) {
    const number = Number(button.closest(".message").dataset.number);
    button.setAttribute("aria-expanded", String(store.opened?.message === number));
  }
}
