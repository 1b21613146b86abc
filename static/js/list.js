// Lists: keys, ticks, bulk bar, columns, widths, density. Listens on the document, so swapped rows need nothing.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const table = () => byId("list-table");
  const rows = () => [...(table()?.tBodies[0]?.rows ?? [])];
  const ticks = () => [...document.querySelectorAll('#list-table input[name="ids"]')];
  let anchor = null;

  // Opening a row: click here, Ctrl- or middle-click in a new tab; text may still be selected.
  const open = (row, elsewhere) => {
    if (!row?.dataset.url) return;
    if (elsewhere) window.open(row.dataset.url, "_blank", "noopener");
    else window.location.assign(row.dataset.url);
  };
  document.addEventListener("click", (event) => {
    const row = event.target.closest("#list-table tbody tr");
    if (!row || event.target.closest("a, button, input, label, .w-tick") || String(window.getSelection())) return;
    open(row, event.ctrlKey || event.metaKey);
  });
  document.addEventListener("auxclick", (event) => {
    const row = event.target.closest("#list-table tbody tr");
    if (event.button === 1 && row && !event.target.closest("a")) open(row, true);
  });

  // Ticks: one, a range with Shift, the page, everything that matches.
  const refresh = () => {
    const all = ticks();
    const on = all.filter((tick) => tick.checked);
    all.forEach((tick) => tick.closest("tr").classList.toggle("w-ticked", tick.checked));
    const bar = byId("bulk-bar");
    if (!bar || !table()) return;
    const head = byId("tick-page");
    head.checked = on.length > 0 && on.length === all.length;
    head.indeterminate = on.length > 0 && on.length < all.length;
    bar.hidden = on.length === 0;
    if (byId("bulk-everything")) byId("bulk-everything").hidden = on.length < all.length;
    if (byId("bulk-all").value !== "1" || on.length < all.length) {
      byId("bulk-all").value = "0";
      byId("bulk-count").textContent = String(on.length);
    }
  };
  const tickRange = (from, to, value) => {
    const all = ticks();
    const [low, high] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
    all.slice(Math.max(low, 0), high + 1).forEach((tick) => { tick.checked = value; });
  };
  document.addEventListener("click", (event) => {
    const cell = event.target.closest("#list-table td.w-tick");
    const tick = cell?.querySelector('input[name="ids"]');
    if (!tick) return;
    if (event.target !== tick) tick.checked = !tick.checked;
    if (event.shiftKey && anchor?.isConnected) tickRange(anchor, tick, tick.checked);
    anchor = tick;
    refresh();
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "tick-page") {
      ticks().forEach((tick) => { tick.checked = event.target.checked; });
      refresh();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#bulk-everything")) {
      byId("bulk-all").value = "1";
      byId("bulk-count").textContent = byId("bulk-everything").dataset.count;
      byId("bulk-everything").hidden = true;
    }
    if (event.target.closest("#bulk-none")) {
      ticks().forEach((tick) => { tick.checked = false; });
      byId("bulk-all").value = "0";
      refresh();
    }
  });

  // Keys: up and down move, Enter opens, Space ticks, Shift extends.
  document.addEventListener("keydown", (event) => {
    if (event.altKey && (event.key === "n" || event.key === "p")) {
      const link = byId(event.key === "n" ? "page-after" : "page-before");
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const row = event.target.closest?.("#list-table tbody tr");
    if (!row || event.target.closest("a, button, input:not([name='ids'])")) return;
    const all = rows();
    const at = all.indexOf(row);
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      event.preventDefault();
      const next = all[at + move];
      if (!next) return;
      row.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
      next.scrollIntoView({ block: "nearest" });
      const tick = next.querySelector('input[name="ids"]');
      if (event.shiftKey && tick) {
        row.querySelector('input[name="ids"]').checked = true;
        tick.checked = true;
        refresh();
      }
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(row, event.ctrlKey || event.metaKey);
    } else if (event.key === " ") {
      const tick = row.querySelector('input[name="ids"]');
      if (!tick) return;
      event.preventDefault();
      tick.checked = !tick.checked;
      if (event.shiftKey && anchor?.isConnected) tickRange(anchor, tick, tick.checked);
      anchor = tick;
      refresh();
    }
  });

  // Empty fields stay out of the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target.id !== "list-form") return;
    [...new Set(event.detail.formData.keys())].forEach((name) => {
      if (event.detail.formData.getAll(name).every((value) => value === "")) event.detail.formData.delete(name);
    });
  });

  // Sorting by several columns: Shift-click adds.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#list-table th a[data-add]");
    if (!link || !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    window.htmx.ajax("GET", link.dataset.add, { target: "#list-region", swap: "innerHTML" })
      .then(() => window.history.pushState({}, "", link.dataset.add));
  }, true);

  // The layout is the reader's own: columns, order, widths, density.
  const widths = () => Object.fromEntries([...document.querySelectorAll("#list-table th[data-width]")].map((th) => [th.dataset.name, Number(th.dataset.width)]));
  const chosen = () => [...document.querySelectorAll("#column-choice input:checked")].map((box) => box.value);
  const density = () => /w-density-(\w+)/.exec(document.querySelector(".w-table-box")?.className ?? "")?.[1] ?? "normal";
  const save = (changes) => window.htmx.ajax("POST", window.location.pathname, {
    target: "#list-region", swap: "innerHTML",
    values: { save: "layout", columns: chosen(), widths: JSON.stringify(widths()), density: density(), query: window.location.search.slice(1), ...changes },
  });
  document.addEventListener("click", (event) => {
    const item = event.target.closest("#column-choice li");
    if (item && event.target.closest("[data-up]") && item.previousElementSibling?.previousElementSibling) item.previousElementSibling.before(item);
    if (item && event.target.closest("[data-down]") && item.nextElementSibling) item.nextElementSibling.after(item);
    if (event.target.closest("#save-columns")) save({});
    const dense = event.target.closest("[data-density]");
    if (dense) save({ density: dense.dataset.density });
  });

  let drag = null;
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".w-grip");
    if (!grip) return;
    event.preventDefault();
    const th = grip.closest("th");
    drag = { th, from: event.clientX, width: th.offsetWidth };
    grip.setPointerCapture(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    if (drag) setWidth(drag.th, Math.max(48, drag.width + event.clientX - drag.from));
  });
  document.addEventListener("pointerup", () => {
    if (drag) { drag = null; save({}); }
  });
  const setWidth = (th, width) => {
    th.dataset.width = String(Math.round(width));
    const i = th.cellIndex;
    [...table().rows].forEach((row) => {
      const cell = row.cells[i];
      if (cell) { cell.style.minWidth = `${width}px`; cell.style.maxWidth = `${width}px`; }
    });
  };

  const settle = () => {
    const box = document.querySelector(".w-table-box");
    if (!box || !table()) return;
    box.querySelectorAll("th[data-width]").forEach((th) => setWidth(th, Number(th.dataset.width)));
    box.addEventListener("scroll", () => box.classList.toggle("w-scrolled", box.scrollLeft > 2), { passive: true });
    if (!document.querySelector("[data-kit]")) refresh();
  };
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("DOMContentLoaded", settle);
  settle();
})();
