// What the page says, in the language of the browser. What the sandbox itself says (hops, reasons) is English.
import english from "./english.js";
import japanese from "./japanese.js";

export const language = (navigator.language ?? "en").toLowerCase().startsWith("ja") ? "ja" : "en";
const words = language === "ja" ? { ...english, ...japanese } : english;

/** A text with its places filled in. */
export const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Gives the texts to what stands in the page from the beginning. */
export function sayEverywhere() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
}
