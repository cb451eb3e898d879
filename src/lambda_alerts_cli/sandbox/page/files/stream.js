// Follows the sandbox, and says honestly whether it still does.
import { greet, learn, set, store } from "./store.js";

const ADDRESS = "/_sandbox/page/events";
const PATIENCE = 4000; // after which a sandbox that does not answer is said to have ended
const AGAIN = 2000;
const NOTICE = 8000;
const HIDDEN = 60_000; // a browser opens few connections to one address: a window that nobody sees lets go of its own

let source = null;
let last = "";
let silence = null;

const ended = () => set({ connection: "ended", endedAt: store.endedAt ?? Date.now() / 1000 });

function heard() {
  clearTimeout(silence);
  silence = null;
}

function failed() {
  if (store.connection === "full") return;
  if (store.connection === "live" || store.connection === "renewed") set({ connection: "lost" });
  silence ??= setTimeout(ended, PATIENCE);
  // The browser tries again by itself, unless it got an answer that is no stream: then something else listens there.
  if (source?.readyState === EventSource.CLOSED) setTimeout(follow, AGAIN);
}

const told = (kind, use) => source.addEventListener(kind, (event) => {
  if (event.lastEventId) last = event.lastEventId;
  use(JSON.parse(event.data));
});

export function follow() {
  source?.close();
  source = new EventSource(last ? `${ADDRESS}?after=${encodeURIComponent(last)}` : ADDRESS);
  source.onerror = failed;
  told("hello", (hello) => {
    heard();
    store.endedAt = null;
    greet(hello);
    if (store.connection === "renewed") setTimeout(() => { if (store.connection === "renewed") set({ connection: "live" }); }, NOTICE);
  });
  told("changes", learn);
  told("state", set);
  told("full", () => { heard(); set({ connection: "full" }); });
  told("ended", ended);
}

function rest() {
  let tired = null;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(tired);
    if (document.visibilityState === "hidden") {
      tired = setTimeout(() => { source?.close(); source = null; }, HIDDEN);
    } else if (source === null) {
      follow();
    }
  });
}

export function start() {
  rest();
  follow();
}
