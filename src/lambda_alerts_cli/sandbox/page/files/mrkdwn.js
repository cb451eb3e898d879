// Slack's mrkdwn as elements: what is not mrkdwn stays the text that it is.
import { el } from "./dom.js";

const EMOJI = {
  warning: "⚠️", rotating_light: "🚨", white_check_mark: "✅", x: "❌", bell: "🔔", information_source: "ℹ️",
  point_right: "👉", fire: "🔥",
};
const SAFE = /^https?:\/\//i;

// In this order: what stands in code is no longer anything else.
const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<address>https?:[^|>\\s]+)(?:\\|(?<label>[^>\\n]+))?>",
    "(?<bare>https?://[^\\s<>]+[^\\s<>.,;:!?)\\]'\"*_])",
    "(?<![\\p{L}\\p{N}*])\\*(?<bold>[^*\\s](?:[^*\\n]*[^*\\s])?)\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(?<italic>[^_\\s](?:[^_\\n]*[^_\\s])?)_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])~(?<struck>[^~\\s](?:[^~\\n]*[^~\\s])?)~(?![\\p{L}\\p{N}~])",
    ":(?<emoji>[a-z_]+):",
  ].join("|"),
  "gu",
);

// Slack asks senders to write these three as entities; each is read once.
const plain = (text) => text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);

export const link = (address, text = address) =>
  SAFE.test(address) ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text) : text;

function piece(found) {
  const { code, address, label, bare, bold, italic, struck, emoji } = found.groups;
  if (code !== undefined) return el("code", {}, plain(code));
  if (address !== undefined) return link(plain(address), plain(label ?? address));
  if (bare !== undefined) return link(plain(bare));
  if (bold !== undefined) return el("strong", {}, inline(bold));
  if (italic !== undefined) return el("em", {}, inline(italic));
  if (struck !== undefined) return el("s", {}, inline(struck));
  return EMOJI[emoji] ?? found[0];
}

/** One line: bold, italic, struck, code and links. */
export function inline(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    parts.push(plain(text.slice(end, found.index)), piece(found));
    end = found.index + found[0].length;
  }
  return [...parts, plain(text.slice(end))];
}

const KINDS = [
  { tag: "ul", at: /^\s*[•◦\-]\s+(.*)$/u },
  { tag: "ol", at: /^\s*\d{1,3}[.)]\s+(.*)$/u },
  { tag: "blockquote", at: /^(?:>|&gt;)\s?(.*)$/u },
];

function kindOf(line) {
  for (const { tag, at } of KINDS) {
    const found = at.exec(line);
    if (found) return { tag, text: found[1] };
  }
  return { tag: line.trim() ? "p" : "", text: line };
}

const withBreaks = (lines) => lines.flatMap((line, at) => (at ? [el("br"), inline(line)] : [inline(line)]));

function block(tag, lines) {
  if (tag === "ul" || tag === "ol") return el(tag, {}, lines.map((line) => el("li", {}, inline(line))));
  return el(tag, {}, withBreaks(lines));
}

function blocksOf(text) {
  const made = [];
  let tag = "", lines = [];
  const close = () => { if (tag) made.push(block(tag, lines)); lines = []; };
  for (const line of text.split("\n")) {
    const kind = kindOf(line);
    if (kind.tag !== tag) close();
    tag = kind.tag;
    lines.push(kind.text);
  }
  close();
  return made;
}

/** A whole text: paragraphs, lists, quotes and blocks of code. */
export const mrkdwn = (text) =>
  text.replaceAll("\r\n", "\n").split(/```/).flatMap((part, at, all) =>
    // An odd part stands between two fences; a fence that nothing closes is text.
    at % 2 && at < all.length - 1
      ? [el("pre", { tabindex: "0" }, el("code", {}, plain(part.replace(/^\n|\n$/g, ""))))]
      : blocksOf(at % 2 ? "```" + part : part));
