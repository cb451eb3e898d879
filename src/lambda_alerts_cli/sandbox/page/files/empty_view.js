// What a newcomer sees: nothing has happened yet, and how to make something happen.
import { el, show, svg } from "./dom.js";
import { say } from "./words.js";

const DEPLOY = "lambda-alerts sandbox exec -- lambda-alerts deploy";

/** A command with a button that copies it. */
export function command(text) {
  const button = el("button", { type: "button", class: "copy", "aria-label": `${say("copy")}: ${text}`, onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = say("copied");
    } catch { // a browser may forbid it; the text can be selected
      getSelection().selectAllChildren(button.previousSibling);
    }
  } }, say("copy"));
  return el("span", { class: "command" }, el("code", {}, text), button);
}

const drawing = () => svg("svg", { viewBox: "0 0 220 72", class: "drawing", "aria-hidden": "true" },
  svg("path", { class: "quiet", d: "M4 46h42l6-10 7 20 6-10h30" }),
  svg("path", { class: "loud", d: "M95 46l9-34 12 52 9-18" }),
  svg("path", { class: "quiet", d: "M125 46h32l5-8 6 16 6-8h42" }));

const step = (title, done, ...more) =>
  el("li", { class: done ? "done" : "" }, el("b", {}, title, done ? el("span", { class: "unseen" }, ` (${say("done")})`) : ""), more);

export function emptyState(place, empty, { functions, connection }) {
  let box = place.querySelector(".empty");
  if (!empty || connection === "connecting") return void box?.remove();
  if (!box) place.append(box = el("div", { class: "empty" }));
  const deployed = functions.length > 0;
  show(box, drawing(),
    el("h2", {}, say("emptyTitle")), el("p", {}, say("emptyText")),
    el("ol", {},
      step(say("step1"), deployed, deployed ? "" : command(DEPLOY)),
      step(say("step2"), false, el("span", {}, say("step2Text"))),
      step(say("step3"), false, el("span", {}, say("step3Text")))),
    el("p", { class: "keys" }, say("keys")));
}

export const nothing = (title, text) => el("div", { class: "empty" }, drawing(), el("h2", {}, title), el("p", {}, text));
