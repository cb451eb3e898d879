// Puts the page together: words, views, keys, and the stream that feeds them.
import { byId } from "./dom.js";
import { draw as drawChannel, keepAtEnd } from "./channel_view.js";
import { draw as drawForce } from "./force_view.js";
import { icon } from "./icons.js";
import { closeJourney, draw as drawJourney } from "./journey_view.js";
import { listen } from "./keyboard.js";
import { draw as drawLost } from "./lost_view.js";
import { draw as drawPicture, tick as tickPicture } from "./picture_view.js";
import { choose, draw as drawSide, tick as tickClock } from "./side_view.js";
import { onChange, store } from "./store.js";
import { start } from "./stream.js";
import { say, sayEverywhere } from "./words.js";

const TICK = 1000;

function side(open) {
  document.body.classList.toggle("with-side", open);
  byId(open ? "close-side" : "open-side").focus();
}

// Before the first word of the sandbox nothing is known, and nothing is said: an empty page would look like an empty sandbox.
onChange(({ hello }) => document.body.classList.toggle("waiting", !hello));

sayEverywhere();
byId("theme").append(icon("theme"));
byId("open-side").append(icon("menu"));
byId("close-side").append(icon("close"));
byId("newer").append(icon("down"), say("newer"));

byId("open-side").addEventListener("click", () => side(true));
byId("close-side").addEventListener("click", () => side(false));
byId("scrim").addEventListener("click", closeJourney);
keepAtEnd();
for (const view of ["channel", "lost", "picture"]) byId(`tab-${view}`).addEventListener("click", () => choose(view));

for (const view of [drawSide, drawChannel, drawLost, drawPicture, drawJourney, drawForce]) onChange(view);
listen();
setInterval(() => {
  if (document.visibilityState !== "visible") return;
  tickClock();
  tickPicture();
}, TICK);
for (const view of [drawSide, drawChannel, drawLost, drawPicture, drawForce]) view(store);
tickClock();
start();
