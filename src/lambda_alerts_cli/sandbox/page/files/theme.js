// Light or dark: what the system says, until somebody chooses. Not a module, so that it runs before the first paint.
"use strict";
(() => {
  const KEY = "lambda-alerts-theme";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const kept = () => {
    try { return localStorage.getItem(KEY); } catch { return null; } // storage can be switched off
  };
  const show = () => { root.dataset.theme = kept() ?? (dark.matches ? "dark" : "light"); };

  dark.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const chosen = root.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, chosen); } catch { /* it lasts as long as the page */ }
    root.dataset.theme = chosen;
  });
  show();
})();
