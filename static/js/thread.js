// Places the thread's chips in its lanes and draws the edges. Styles go through the CSSOM only.
(() => {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  const make = (name, attributes) => {
    const node = document.createElementNS(NS, name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  };

  const place = (grid) => {
    grid.classList.add("w-laid");
    grid.style.setProperty("--columns", grid.dataset.columns);
    grid.querySelectorAll("[data-row]").forEach((item) => {
      item.style.setProperty("--row", item.dataset.row);
      if (item.dataset.span) item.style.setProperty("--span", item.dataset.span);
      if (item.dataset.column) item.style.setProperty("--column", String(Number(item.dataset.column) + 1));
    });
  };

  const draw = (section, grid) => {
    grid.querySelector("svg")?.remove();
    grid.querySelectorAll(".w-stripe").forEach((stripe) => stripe.remove());
    if (!window.matchMedia("(min-width: 768px)").matches) return;
    const box = grid.getBoundingClientRect();
    const svg = make("svg", { width: grid.scrollWidth, height: grid.scrollHeight, "aria-hidden": "true" });
    grid.querySelectorAll(".w-lane").forEach((lane, i) => {
      if (i === 0) return;
      const stripe = document.createElement("i");
      stripe.className = "w-stripe";
      stripe.style.top = `${lane.getBoundingClientRect().top - box.top - 10}px`;
      grid.append(stripe);
    });
    section.querySelectorAll("[data-edge]").forEach((edge) => {
      const from = grid.querySelector(`[data-node="${CSS.escape(edge.dataset.source)}"]`);
      const to = grid.querySelector(`[data-node="${CSS.escape(edge.dataset.target)}"]`);
      if (from && to) svg.append(...line(edge, from, to, box));
    });
    grid.prepend(svg);
  };

  const line = (edge, from, to, box) => {
    const [a, b] = [from, to].map((node) => node.getBoundingClientRect()).sort((p, q) => p.left - q.left);
    const [x1, y1] = [a.right - box.left, a.top + a.height / 2 - box.top];
    const [x2, y2] = [b.left - box.left, b.top + b.height / 2 - box.top];
    const turn = x2 - 15;
    const r = Math.min(8, Math.abs(y2 - y1) / 2);
    const down = y2 > y1 ? 1 : -1;
    const bent = `M${x1} ${y1}H${turn - r}Q${turn} ${y1} ${turn} ${y1 + down * r}V${y2 - down * r}Q${turn} ${y2} ${turn + r} ${y2}H${x2}`;
    const path = make("path", { d: Math.abs(y2 - y1) < 2 ? `M${x1} ${y1}H${x2}` : bent, "data-from": edge.dataset.source, "data-to": edge.dataset.target });
    if (to.classList.contains("w-node-planned")) path.classList.add("w-planned");
    const dot = make("circle", { cx: x2, cy: y2, r: 2.5, class: "w-edge-end" });
    const title = make("title", {});
    title.textContent = edge.dataset.cause;
    path.append(title);
    return [path, dot];
  };

  const light = (section, id) => {
    section.querySelectorAll("path").forEach((path) => path.classList.toggle("w-lit", id !== null && (path.dataset.from === id || path.dataset.to === id)));
  };

  const start = () => document.querySelectorAll("[data-thread]").forEach((section) => {
    const grid = section.querySelector(".w-thread");
    if (!grid || grid.dataset.ready) return;
    grid.dataset.ready = "1";
    place(grid);
    draw(section, grid);
    new ResizeObserver(() => draw(section, grid)).observe(grid);
    grid.addEventListener("pointerover", (event) => light(section, event.target.closest("[data-node]")?.dataset.node ?? null));
    grid.addEventListener("pointerleave", () => light(section, null));
  });
  document.addEventListener("htmx:afterSettle", start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
