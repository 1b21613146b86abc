// Keys for every page; the sheet that names them opens with "?". A letter waits a moment: a scanner types its next one first.
(() => {
  "use strict";
  const SCANNER_PAUSE = 80;
  const byId = (id) => document.getElementById(id);
  const press = (element) => { if (element) element.click(); return Boolean(element); };
  const sheet = () => { const dialog = byId("keys"); if (dialog && !dialog.open) dialog.showModal(); };
  const create = () => press(document.querySelector(".w-head-end .btn-primary[href]"));
  const letters = {
    k: () => press(byId("previous-record")),
    j: () => press(byId("next-record")),
    c: create,
    "?": sheet,
  };

  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    window.clearTimeout(waiting);
    if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const act = letters[event.key.toLowerCase()];
    if (act) waiting = window.setTimeout(act, SCANNER_PAUSE);
  });

  // Also while typing: Alt-C makes a new one, Ctrl-S saves.
  const save = () => {
    const form = document.activeElement?.closest?.("form.w-form, form.w-editor-form") || document.querySelector("main form.w-form");
    const button = document.querySelector("main button[name=verb][value=save]") || form?.querySelector("button.btn-primary");
    return press(button);
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.code === "KeyC" && create()) event.preventDefault();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && save()) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) sheet();
    if (event.target.id === "keys") event.target.close();
  });
})();
