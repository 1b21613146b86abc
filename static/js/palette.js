// The one box. Ctrl/Cmd-K from anywhere; typing finds screens, Enter opens a document number; a scanner types fast.
(() => {
  "use strict";
  const form = document.getElementById("palette");
  if (!form) return;
  const input = document.getElementById("palette-input");
  const list = document.getElementById("palette-options");
  const screens = [...document.querySelectorAll("#rail a[href]")].map((link) => ({
    label: link.textContent.trim(), area: link.dataset.command || "", url: link.href,
  }));
  let chosen = -1;

  const fits = (text, words) => words.every((word) => text.includes(word));
  const looksLikeNumber = (text) => /\d/.test(text);

  const option = (templateId, label, note, url, i) => {
    const node = document.getElementById(templateId).content.firstElementChild.cloneNode(true);
    node.id = `palette-option-${i}`;
    node.href = url;
    node.querySelector("span").textContent = label;
    if (note) node.querySelector("small").textContent = note;
    return node;
  };

  const draw = () => {
    const text = input.value.trim();
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const nodes = [];
    if (text && looksLikeNumber(text)) nodes.push(option("palette-number", text, "", `${form.action}?q=${encodeURIComponent(text)}`, 0));
    screens.filter((screen) => fits(`${screen.label} ${screen.area}`.toLowerCase(), words)).slice(0, 12)
      .forEach((screen) => nodes.push(option("palette-entry", screen.label, screen.area, screen.url, nodes.length)));
    list.replaceChildren(...nodes);
    choose(nodes.length ? 0 : -1);
    show(nodes.length > 0);
  };
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  };
  const choose = (i) => {
    const nodes = [...list.children];
    chosen = nodes.length ? (i + nodes.length) % nodes.length : -1;
    nodes.forEach((node, n) => node.setAttribute("aria-selected", String(n === chosen)));
    if (chosen >= 0) {
      input.setAttribute("aria-activedescendant", nodes[chosen].id);
      nodes[chosen].scrollIntoView({ block: "nearest" });
    }
  };

  input.addEventListener("focus", draw);
  input.addEventListener("input", draw);
  input.addEventListener("blur", () => window.setTimeout(() => show(false), 150));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
    if (event.key === "Escape") { input.value = ""; show(false); input.blur(); }
    if (event.key === "Enter" && !list.hidden && chosen >= 0) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) window.open(list.children[chosen].href, "_blank", "noopener");
      else list.children[chosen].click();
    }
  });

  // Anywhere: the key, and a burst of keys ending in Enter, which is a barcode scanner.
  let burst = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      input.focus();
      input.select();
      return;
    }
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "/" && !event.ctrlKey && !event.metaKey) { event.preventDefault(); (document.getElementById("list-search") || input).focus(); return; }
    const now = event.timeStamp; // when the key was pressed, not when the page came round to it
    if (now - last > 60) burst = "";
    last = now;
    if (event.key.length === 1) burst += event.key;
    else if (event.key === "Enter" && burst.length >= 4) {
      event.preventDefault();
      event.stopPropagation();
      window.location.assign(`${form.action}?q=${encodeURIComponent(burst)}`);
    }
  }, true);
})();
