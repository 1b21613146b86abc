// Forms keep what is typed on this device until it is saved. Whoever comes back is offered it; a record that was changed
// meanwhile is found by its version when it is saved, and both values are shown. A form that made something and is
// reached again by going back says so before it can be sent again.
(() => {
  "use strict";
  const owner = document.body.dataset.owner;
  if (!owner) return;

  // The token of the form last sent from this address: a page that is loaded in the usual way takes it away, one that is
  // gone back to finds it.
  const SENT_FROM = `weft-sent:${window.location.pathname}${window.location.search}`;
  const making = [...document.querySelectorAll("main form[method=post]:not([action])")].find((one) => one.elements.namedItem("token"));
  const remember = () => window.sessionStorage.setItem(SENT_FROM, making.elements.namedItem("token").value);
  const warn = () => {
    if (!window.sessionStorage.getItem(SENT_FROM) || making.inert) return;
    const bar = document.getElementById("sent-bar").content.firstElementChild.cloneNode(true);
    const another = bar.querySelector("[data-another]");
    another.addEventListener("click", () => { window.sessionStorage.removeItem(SENT_FROM); window.location.reload(); });
    making.inert = true;
    making.before(bar);
    another.focus();
  };
  if (making) {
    making.addEventListener("submit", (event) => { if (!event.defaultPrevented && !making.elements.namedItem("version")?.value) remember(); });
    making.addEventListener("weft:made", remember);
    window.addEventListener("pageshow", (event) => {
      if (event.persisted || window.performance.getEntriesByType("navigation")[0]?.type === "back_forward") warn();
      else window.sessionStorage.removeItem(SENT_FROM);
    });
  }

  const PREFIX = "weft-draft:";
  const SENT = "weft-draft-sent";
  const PAUSE = 400;
  const store = (() => { try { window.localStorage.getItem(PREFIX); return window.localStorage; } catch { return null; } })();
  if (!store) return;
  const form = document.querySelector("main form.w-form[method=post]");
  const key = `${PREFIX}${owner}:${window.location.pathname}`;

  const drop = (name) => store.removeItem(name);
  const sent = window.sessionStorage.getItem(SENT);
  window.sessionStorage.removeItem(SENT);
  if (sent && !(form && sent === key)) drop(sent); // the page after a form is another one: it was saved

  document.addEventListener("submit", (event) => {
    if (!event.target.action.endsWith("/logout/")) return;
    Object.keys(store).filter((name) => name.startsWith(PREFIX)).forEach(drop);
  });
  if (!form) return;

  const fields = () => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && !field.disabled);
  const valueOf = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);
  const idOf = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);
  const read = () => Object.fromEntries(fields().map((field) => [idOf(field), valueOf(field)]));
  const version = form.elements.namedItem("version");
  const note = document.getElementById("draft-kept")?.content.firstElementChild.cloneNode(true);
  const first = read();

  let waiting = 0;
  const keep = () => {
    store.setItem(key, JSON.stringify({ at: Date.now(), version: version?.value || "", values: read() }));
    if (!note) return;
    if (!note.isConnected) form.querySelector(".w-actions")?.append(note);
    note.querySelector("time").textContent = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  };
  form.addEventListener("input", () => { window.clearTimeout(waiting); waiting = window.setTimeout(keep, PAUSE); });
  form.addEventListener("submit", () => { window.clearTimeout(waiting); keep(); window.sessionStorage.setItem(SENT, key); });

  const kept = (() => { try { return JSON.parse(store.getItem(key)); } catch { return null; } })();
  const refused = sent === key;
  const differs = kept && fields().some((field) => idOf(field) in kept.values && kept.values[idOf(field)] !== first[idOf(field)]);
  if (kept && !differs && !refused) drop(key);
  if (!differs || refused) return;

  const bar = document.getElementById("draft-bar").content.firstElementChild.cloneNode(true);
  bar.querySelector("time").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  bar.querySelector("[data-restore]").addEventListener("click", () => {
    fields().forEach((field) => {
      const value = kept.values[idOf(field)];
      if (value === undefined) return;
      if (typeof value === "boolean") field.checked = value; else field.value = value;
    });
    if (version && kept.version) version.value = kept.version;
    bar.remove();
    fields().find((field) => kept.values[idOf(field)] !== first[idOf(field)])?.focus();
  });
  bar.querySelector("[data-forget]").addEventListener("click", () => { drop(key); bar.remove(); });
  form.before(bar);
})();
