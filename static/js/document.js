// Document pages: Ctrl-Enter presses the primary verb, the timeline narrows, files are sent when chosen or dropped. A sheet
// is filled with all there is of each line.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target.form?.querySelector("textarea") === event.target) { event.target.form.requestSubmit(); return; }
    document.querySelector(".w-doc-verbs .btn-primary")?.click();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-narrow]");
    if (!button) return;
    button.parentElement.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    const wanted = button.dataset.narrow;
    button.closest("#timeline").querySelectorAll("li[data-group]").forEach((entry) => { entry.hidden = Boolean(wanted) && entry.dataset.group !== wanted; });
  });

  document.addEventListener("click", (event) => {
    const sheet = event.target.closest("[data-fill-all]")?.form;
    sheet?.querySelectorAll("[data-all]").forEach((input) => { input.value = input.dataset.all; });
  });

  const send = (form) => { if (form.querySelector("input[type=file]").files.length) form.requestSubmit(); };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-drop]");
    if (form && event.target.type === "file") send(form);
  });
  const over = (event, on) => {
    const form = event.target.closest?.("[data-drop]");
    if (!form || !event.dataTransfer?.types.includes("Files")) return null;
    event.preventDefault();
    form.classList.toggle("w-over", on);
    return form;
  };
  document.addEventListener("dragover", (event) => over(event, true));
  document.addEventListener("dragleave", (event) => over(event, false));
  document.addEventListener("drop", (event) => {
    const form = over(event, false);
    if (!form) return;
    form.querySelector("input[type=file]").files = event.dataTransfer.files;
    send(form);
  });
})();
