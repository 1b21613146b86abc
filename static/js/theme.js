// Runs before the first paint: the theme "auto" follows the system.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("weft:theme"));
  };
  apply();
  dark.addEventListener("change", apply);
})();
