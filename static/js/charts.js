// Charts: one theme, read from the tokens; data from json_script; text tooltips only (no HTML, for the CSP).
(() => {
  "use strict";
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const compact = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
  const drawn = new Map();

  const theme = () => {
    const font = { fontFamily: token("--w-font"), fontSize: 12, color: token("--w-muted") };
    const axis = { axisLine: { lineStyle: { color: token("--w-line-strong") } }, axisTick: { show: false }, axisLabel: font, nameTextStyle: font, splitLine: { lineStyle: { color: token("--w-line") } } };
    return {
      color: [1, 2, 3, 4, 5].map((i) => token(`--w-chart-${i}`)),
      textStyle: font,
      categoryAxis: { ...axis, splitLine: { show: false } },
      timeAxis: axis,
      valueAxis: { ...axis, axisLine: { show: false } },
    };
  };

  const isLine = (data) => data.kind === "line" || data.kind === "steps";
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric", timeZone: "UTC" });

  const series = (data, sideways) => data.series.map((one, i) => ({
    name: one.name,
    type: isLine(data) ? "line" : "bar",
    step: data.kind === "steps" ? "end" : undefined,
    data: data.kind === "steps" ? one.values.map((value, n) => [Date.parse(data.labels[n]), value]) : one.values,
    stack: data.kind === "stacked" ? "all" : undefined,
    barMaxWidth: 28,
    itemStyle: isLine(data) ? {} : { borderRadius: data.kind === "stacked" ? 0 : sideways ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    symbol: "circle", symbolSize: 5, showSymbol: one.values.length < 20, lineStyle: { width: 2 },
    label: sideways && data.series.length === 1 ? { show: true, position: "right", color: token("--w-ink-2"), fontSize: 12, formatter: (p) => compact.format(p.value) } : undefined,
    endLabel: data.kind === "line" && data.series.length > 1 ? { show: true, formatter: "{a}", color: token(`--w-chart-${(i % 5) + 1}`), fontSize: 12 } : undefined,
  }));

  const options = (data) => {
    const sideways = data.kind === "hbar";
    const category = data.kind === "steps"
      ? { type: "time", axisLabel: { formatter: (at) => day.format(at), hideOverlap: true }, axisPointer: { label: { formatter: (p) => day.format(p.value) } }, splitLine: { show: false } }
      : { type: "category", data: data.labels, inverse: sideways, boundaryGap: data.kind !== "line" };
    const value = { type: "value", name: sideways || data.kind === "steps" ? "" : data.unit, nameLocation: "end", nameTextStyle: { align: "left" }, axisLabel: { formatter: (n) => compact.format(n), show: !(sideways && data.series.length === 1) }, splitLine: { show: !(sideways && data.series.length === 1) } };
    const legend = data.series.length > 1 && data.kind !== "line";
    return {
      animationDuration: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      grid: { left: 12, right: data.kind === "line" && data.series.length > 1 ? 90 : sideways ? 56 : 16, top: legend ? 36 : 30, bottom: 6, containLabel: true },
      legend: legend ? { top: 2, right: 8, icon: "circle", itemWidth: 8, itemHeight: 8, textStyle: { color: token("--w-ink-2") } } : undefined,
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: isLine(data) ? "line" : "shadow" }, backgroundColor: token("--w-raised"), borderColor: token("--w-line-strong"), textStyle: { color: token("--w-ink"), fontSize: 12 }, valueFormatter: (n) => (n === null || n === undefined ? "–" : `${exact.format(n)} ${data.unit}`) },
      xAxis: sideways ? value : category,
      yAxis: sideways ? category : value,
      series: series(data, sideways),
    };
  };

  const draw = (element) => {
    const source = document.getElementById(element.dataset.chart);
    if (!source) return;
    drawn.get(element)?.dispose();
    const data = JSON.parse(source.textContent);
    const chart = window.echarts.init(element, theme(), { renderer: "svg" });
    chart.setOption(options(data));
    chart.on("click", (event) => { const url = data.urls[event.dataIndex]; if (url) window.location.assign(url); });
    if (!drawn.has(element)) new ResizeObserver(() => drawn.get(element)?.resize()).observe(element);
    drawn.set(element, chart);
  };
  const all = () => document.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("weft:theme", all);
  document.addEventListener("htmx:afterSettle", all);
  document.fonts.ready.then(all);
  document.fonts.addEventListener("loadingdone", () => { window.clearTimeout(all.later); all.later = window.setTimeout(all, 60); });
})();
