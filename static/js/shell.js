// The frame: rail, phone sheet, messages, confirmations, one-press forms, error summaries.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const shell = byId("shell");

  const setRail = (narrow) => {
    shell.classList.toggle("w-narrow", narrow);
    byId("rail-toggle").setAttribute("aria-expanded", String(!narrow));
    document.cookie = `weft_rail=${narrow ? "icons" : "full"};path=/;max-age=31536000;samesite=lax`;
  };
  byId("rail-toggle")?.addEventListener("click", () => setRail(!shell.classList.contains("w-narrow")));

  // In the narrow rail an area opens as a flyout, one at a time.
  const areas = [...document.querySelectorAll("#rail details")];
  areas.forEach((area) => area.querySelector("summary").addEventListener("click", (event) => {
    if (!shell.classList.contains("w-narrow")) return;
    event.preventDefault();
    areas.forEach((other) => other.classList.toggle("w-fly", other === area && !other.classList.contains("w-fly")));
  }));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#rail details")) areas.forEach((area) => area.classList.remove("w-fly"));
  });

  const sheet = byId("rail-sheet");
  sheet?.addEventListener("click", () => {
    const open = byId("rail").classList.toggle("w-sheet");
    sheet.setAttribute("aria-expanded", String(open));
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) button.closest(".w-message").remove();
  });

  // A dangerous verb names what will happen and asks first.
  let asked = null;
  const ask = (text, label, go) => {
    const dialog = byId("confirm");
    byId("confirm-text").textContent = text;
    byId("confirm-yes").textContent = label;
    asked = go;
    dialog.returnValue = "no";
    dialog.showModal();
  };
  byId("confirm")?.addEventListener("close", (event) => {
    if (event.target.returnValue === "yes" && asked) asked();
    asked = null;
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    const asks = [event.submitter, form].find((one) => one?.dataset.confirm);
    if (asks && !form.dataset.agreed) {
      event.preventDefault();
      const button = event.submitter;
      ask(asks.dataset.confirm, asks.dataset.confirmLabel, () => { form.dataset.agreed = "1"; form.requestSubmit(button); });
    } else if ("once" in form.dataset) {
      form.dataset.sent = "1";
      form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-busy", "true"));
      window.setTimeout(() => { delete form.dataset.sent; delete form.dataset.agreed; }, 8000);
    }
  }, true);
  document.addEventListener("htmx:confirm", (event) => {
    const element = event.detail.elt;
    if (!element.dataset.confirm || element.tagName !== "BUTTON") return;
    event.preventDefault();
    const count = element.dataset.count || byId("bulk-count")?.textContent || "";
    const text = (count === "1" && element.dataset.confirmOne) || element.dataset.confirm;
    ask(text.replace("%(count)s", count), element.dataset.confirmLabel, () => event.detail.issueRequest(true));
  });

  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 403 || event.detail.xhr.status === 401) window.location.reload();
  });

  // The number beside the bell is asked for after the page is there, and again each minute it is looked at.
  const bell = byId("news");
  const ring = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(bell.dataset.count, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      const { count } = await answer.json();
      const badge = bell.querySelector("b");
      badge.hidden = count === 0;
      badge.textContent = count > 99 ? "99+" : String(count);
    } catch { /* the next minute asks again */ }
  };
  if (bell) { ring(); window.setInterval(ring, 60000); }

  // What went wrong is read first; else an empty form begins in its first field (the lines editor sees to its own).
  const begin = document.querySelector("main form[data-begin]:not([x-data])");
  const isBlank = begin && !begin.elements.namedItem("version")?.value;
  const firstField = isBlank ? [...begin.elements].find((field) => field.matches("input:not([type=hidden]), select, textarea") && !field.disabled) : null;
  (document.querySelector("[data-focus]") || firstField)?.focus();
})();
