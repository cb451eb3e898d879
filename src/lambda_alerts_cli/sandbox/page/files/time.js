// Moments and spans in words. A moment of the sandbox's clock is shown in the browser's own time zone.
import { language, say } from "./words.js";

const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const minute = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(language, { weekday: "long", month: "long", day: "numeric" });

export const timeOf = (seconds) => clock.format(seconds * 1000);
export const minuteOf = (seconds) => minute.format(seconds * 1000);
export const dayOf = (seconds) => day.format(seconds * 1000);
export const stampOf = (seconds) => new Date(seconds * 1000).toISOString();

const UNITS = language === "ja" ? { ms: " ミリ秒", s: " 秒", m: " 分", h: " 時間" } : { ms: " ms", s: " s", m: " min", h: " h" };

/** 0.25 → "250 ms", 4.21 → "4.2 s", 65 → "1 min 5 s". */
export function span(seconds) {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}${UNITS.ms}`;
  if (seconds < 59.95) return `${seconds.toFixed(1)}${UNITS.s}`;
  const whole = Math.round(seconds);
  const [big, small, first, second] = whole < 3600
    ? [Math.floor(whole / 60), whole % 60, UNITS.m, UNITS.s]
    : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), UNITS.h, UNITS.m];
  return `${big}${first}${small ? ` ${small}${second}` : ""}`;
}

/** A span on the sandbox's clock, with the real one beside it where the two differ. */
export const bothSpans = (sandbox, real, speed) =>
  speed === 1 ? span(sandbox) : `${span(sandbox)} (${say("real")} ${span(real)})`;
