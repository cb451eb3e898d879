// Makes elements. Text always becomes a text node, so nobody's message can become markup.
const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

export const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

export const byId = (id) => document.getElementById(id);

/** Puts new content in the place of the old, unless it is the same: what has the focus keeps it. */
export function show(place, ...children) {
  const draft = el("div", {}, ...children);
  const wanted = draft.innerHTML; // only compared, never parsed
  if (place.shown === wanted) return false;
  place.shown = wanted;
  place.replaceChildren(...draft.childNodes);
  return true;
}
