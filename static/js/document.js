// Document pages: Ctrl-Enter presses the primary verb.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target.form?.querySelector("textarea") === event.target) { event.target.form.requestSubmit(); return; }
    document.querySelector(".w-doc-verbs .btn-primary")?.click();
  });
})();
