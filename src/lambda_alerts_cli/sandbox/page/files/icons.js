// The page's drawings, all on a square of 20: one for each kind of hop, and a few for buttons.
import { svg } from "./dom.js";

const PATHS = {
  invocation: "M5 4h3l7 12h-3.2M9.6 8.6 5 16",
  event: "M3.5 5.5h13v9h-13zM3.5 6l6.5 5 6.5-5",
  metric: "M4 16V11M8 16V7M12 16V9M16 16V4",
  alarm: "M10 3.5a4.7 4.7 0 0 0-4.7 4.7v3.3L4 14.3h12l-1.3-2.8V8.2A4.7 4.7 0 0 0 10 3.5zM8.3 16.6h3.4",
  rule: "M4 10h4l4-5h4M8 10l4 5h4",
  topic: "M10 10m-1.4 0a1.4 1.4 0 1 0 2.8 0 1.4 1.4 0 1 0-2.8 0"
    + "M6.3 13.7a5.2 5.2 0 0 1 0-7.4M13.7 6.3a5.2 5.2 0 0 1 0 7.4M3.9 16a8.6 8.6 0 0 1 0-12M16.1 4a8.6 8.6 0 0 1 0 12",
  channel: "M8 3.5 6.5 16.5M13.5 3.5 12 16.5M3.8 7.5h13M3.2 12.5h13",
  lost: "M5 5l10 10M15 5 5 15",
  check: "M4.5 10.5 8.5 14.5 15.5 6",
  close: "M5 5l10 10M15 5 5 15",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  theme: "M10 3.5a6.5 6.5 0 1 0 0 13zM10 3.5a6.5 6.5 0 0 1 0 13",
  arrow: "M4 10h12M11.5 5.5 16 10l-4.5 4.5",
  down: "M10 4v12M5.5 11.5 10 16l4.5-4.5",
  copy: "M7 7h9v9H7zM4 13V4h9",
};

export const icon = (name) =>
  svg("svg", { viewBox: "0 0 20 20", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] ?? PATHS.topic }));
