// The buttons of a message: what each would run in Slack, run here; its answer comes into the thread.
import { el } from "./dom.js";
import { say } from "./words.js";

const addressOf = (message, at) => `/_sandbox/messages/${message.number}/buttons/${at}`;

async function press(message, at) {
  try {
    const response = await fetch(addressOf(message, at), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: "{}",
    });
    return response.ok ? say("answered") : say("notRun", { why: `HTTP ${response.status}` });
  } catch {
    return say("notRun", { why: say("noAnswer") });
  }
}

function buttonOf(message, at, unfold) {
  const { text, command, refused } = message.buttons[at];
  const outcome = el("span", { role: "status" });
  const box = el("div", { class: "would", hidden: true }, el("span", {}, say("runs")), el("code", {}, `aws ${command}`),
    refused ? el("span", { class: "refused" }, say("refused", { why: refused })) : "", outcome);
  const button = el("button", { type: "button", class: "action", onclick: async () => {
    box.hidden = false;
    outcome.textContent = say("running");
    unfold(message.parent || message.number);
    outcome.textContent = await press(message, at);
  } }, text);
  return { button, box };
}

export function buttonsOf(message, unfold) {
  const made = message.buttons.map((_, at) => buttonOf(message, at, unfold));
  return made.length
    ? [el("div", { class: "actions" }, made.map(({ button }) => button)), made.map(({ box }) => box)]
    : "";
}
