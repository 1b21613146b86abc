// The lines editor: keyboard first, paste from a spreadsheet, live stock, drafts that save themselves.
// All words come from the page's json_script; all arithmetic here is for display, the server's figures count.
document.addEventListener("alpine:init", () => {
  "use strict";
  const AUTOSAVE_MS = 3000;
  const MOST_ON_LEAVING = 20000; // characters; browsers allow 64 KiB
  const format = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
  // Numbers are sent as they were typed; this reading, the server's own (erp/screens/numbers.py), is for what is shown and marked.
  const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)$/;
  const GROUPED = /^[+-]?[1-9]\d{0,2}((,\d{3})+|( \d{3})+)(\.\d+)?$/;
  const DECIMAL_COMMA = /^([+-]?\d[\d. ]*),(\d+)$/;
  const trimmed = (text) => String(text ?? "").trim();
  const folded = (text) => trimmed(text).normalize("NFKC").trim();
  const bare = (percent) => trimmed(percent).replace(/[%％]$/, "").trim();
  const number = (text) => {
    const value = folded(text);
    return PLAIN.test(value) || GROUPED.test(value) ? Number(value.replace(/[, ]/g, "")) : null;
  };
  const pointed = (text) => {
    const [, whole, fraction] = DECIMAL_COMMA.exec(folded(text)) ?? [];
    return number(text) === null && fraction ? `${whole.replace(/[. ]/g, "")}.${fraction}` : "";
  };
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "");
  let keys = 0;
  const fresh = (values = {}) => ({ key: (keys += 1), product: "", name: "", quantity: "", unit: "", units: [], base: "", price: "", discount: "", stocked: false, known: false, unknown: false, wanted: "", on_hand: null, reserved: null, available: null, coming: [], stock_url: "#", cost: null, ...values });

  window.Alpine.data("linesEditor", () => ({
    lines: [], errors: [], options: [], chosen: 0, at: -1, status: "", busy: false, version: 0,
    conflictText: "", differences: [], config: null, timer: 0, form: null, saved: "", saving: Promise.resolve(), pasting: Promise.resolve(), sending: false, stuck: false, theirs: null,

    // A row that a paste replaced is gone when its timers and answers come: what they need hangs on the form.
    init() {
      this.form = this.$root;
      this.config = JSON.parse(document.getElementById(this.$el.dataset.config).textContent);
      this.version = this.config.version;
      this.lines = this.config.lines.map((line) => fresh(line));
      if (!this.lines.length) this.lines.push(fresh());
      this.saved = JSON.stringify(this.draft());
      if (this.lines.some((line) => line.product)) this.lookUp();
      if (!this.version && this.form.dataset.begin !== undefined) this.$nextTick(() => this.form.querySelector("input:not([type=hidden]), select")?.focus());
      window.addEventListener("pagehide", () => this.keepOnLeaving());
      window.addEventListener("beforeunload", (event) => { if (this.wouldLose()) event.preventDefault(); });
      window.addEventListener("pageshow", (event) => { if (event.persisted && this.config.autosave) window.location.reload(); });
    },

    // What is sent.
    draft() {
      const header = {};
      new FormData(this.form).forEach((value, name) => { if (!["csrfmiddlewaretoken", "token"].includes(name)) header[name] = value; });
      const lines = this.lines.filter((line) => line.product.trim()).map((line) => ({ product: line.product.trim(), quantity: trimmed(line.quantity), unit: line.unit, price: trimmed(line.price), discount: trimmed(line.discount) }));
      return { header, lines };
    },
    async post(url, body, leaving = {}) {
      // Logging in in another tab draws a new token: the cookie has it, the page the old one.
      const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? this.form.querySelector("[name=csrfmiddlewaretoken]").value;
      const response = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" }, body: JSON.stringify(body), ...leaving });
      return { status: response.redirected ? 401 : response.status, data: await response.json().catch(() => ({})) };
    },
    unreached(status) { return status === 401 ? this.config.words.logged_out : this.config.words.offline; },

    // Lines and keys.
    part(name) { return this.form.querySelector(`[x-ref=${name}]`); },
    id(i, field) { return `lines-${i}-${field}`; },
    add() { this.lines.push(fresh()); this.focus(this.lines.length - 1, "product"); },
    remove(i) { this.lines.splice(i, 1); if (!this.lines.length) this.lines.push(fresh()); this.errors = []; this.changed(); },
    focus(i, field) { this.$nextTick(() => { const input = document.getElementById(this.id(i, field)); input?.focus(); input?.select(); }); },
    // The usual quantity is there, and selected, before a fast hand types over it.
    toQuantity(i) {
      if (!String(this.lines[i].quantity).trim()) this.lines[i].quantity = "1";
      this.focus(i, "quantity");
    },
    key(i, field, event) {
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        if (field === "product") this.toQuantity(i);
        else if (i === this.lines.length - 1) this.add();
        else this.focus(i + 1, "product");
      }
      const arrows = field !== "unit"; // there they choose the unit
      if (arrows && event.key === "ArrowDown" && i < this.lines.length - 1) { event.preventDefault(); this.focus(i + 1, field); }
      if (arrows && event.key === "ArrowUp" && i > 0) { event.preventDefault(); this.focus(i - 1, field); }
      if (event.key === "Delete" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.remove(i); }
    },
    productKey(i, event) {
      if (this.options.length && this.at === i) {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          event.preventDefault();
          this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : -1) + this.options.length) % this.options.length;
          return;
        }
        if (event.key === "Escape") { event.preventDefault(); this.options = []; return; }
        if (event.key === "Enter" || event.key === "Tab") { if (event.key === "Enter") event.preventDefault(); this.take(this.chosen); return; }
      }
      this.key(i, "product", event);
    },
    paste(i, event) {
      const rows = (event.clipboardData?.getData("text") ?? "").split(/\r?\n/).map((row) => row.split("\t")).filter((cells) => cells[0]?.trim());
      if (rows.length < 2 && (rows[0]?.length ?? 0) < 2) return;
      event.preventDefault();
      const made = rows.map((cells) => fresh({ product: cells[0].trim(), quantity: trimmed(cells[1]) || "1", ...this.pasted(cells.slice(2)) }));
      const { key } = this.lines[i];
      this.pasting = this.pasting.then(() => this.place(made, key));
    },
    // Drawn once, with all that is known of them: hundreds of rows drawn empty and then filled take twice as long.
    async place(made, key) {
      const { status, data } = await this.ask(made);
      if (status === 200) made.forEach((line) => this.learn(line, data.products?.[line.product]));
      else this.status = this.unreached(status);
      const at = Math.max(this.lines.findIndex((line) => line.key === key), 0);
      const blank = this.lines[at].product.trim() ? 0 : 1;
      const end = at + blank >= this.lines.length ? [fresh()] : [];
      this.lines.splice(at, blank, ...made, ...end);
      this.errors = [...this.errors.filter((error) => !error.field.startsWith("lines.")), ...this.unknownProducts()];
      this.changed();
    },

    // Behind SKU and quantity: a word is the unit, 5% a discount, the first other figure the price, the next the discount.
    pasted(cells) {
      const values = { unit: "", price: "", discount: "" };
      cells.map((cell) => cell.trim()).filter(Boolean).forEach((cell) => {
        if (/[%％]$/.test(cell)) values.discount = bare(cell);
        else if (/\p{L}/u.test(cell) || !/\d/.test(cell)) values.unit ||= cell;
        else if (!values.price) values.price = cell;
        else values.discount ||= cell;
      });
      return values;
    },

    // Stock is that of the document's warehouse.
    header(name) { return this.form.elements.namedItem(name); },
    recheck(event) { if (event.target.name === "warehouse") this.lookUp(); },

    // What the server knows of the products typed: name, price, stock, margin.
    ask(lines) {
      const products = [...new Set(lines.map((line) => line.product.trim()).filter(Boolean))];
      return this.post(this.config.lookup, { products, header: this.draft().header }).catch(() => ({ status: 0, data: {} }));
    },
    learn(line, found) {
      line.known = Boolean(found) || !line.product.trim();
      line.unknown = !line.known;
      if (!found) { if (line.product.trim()) Object.assign(line, { name: "", stocked: false }); return; }
      const { unit, price: _usual, ...facts } = found;
      const [before, scanned] = [this.usual(line).price, line.product.trim() !== found.product];
      Object.assign(line, facts);
      if (!this.has(line, line.unit)) line.unit = line.units.find((one) => one.word === line.unit)?.unit ?? line.unit; // pasted as it reads
      if (line.wanted && this.has(line, line.wanted)) line.unit = line.wanted;
      else if (!line.unit || (line.replaced && (scanned || !this.has(line, line.unit)))) line.unit = unit;
      Object.assign(line, { replaced: false, wanted: "" });
      this.setPrice(line, before);
    },
    async lookUp() {
      if (!this.lines.some((line) => line.product.trim())) return;
      const { status, data } = await this.ask(this.lines);
      if (status !== 200) { this.status = this.unreached(status); return; }
      this.lines.forEach((line, i) => {
        this.learn(line, data.products?.[line.product.trim()]);
        if (line.known && line.product.trim() && !String(line.quantity).trim() && document.activeElement?.id !== this.id(i, "quantity")) line.quantity = "1";
      });
      const others = this.errors.filter((error) => !error.field.endsWith(".product"));
      if (others.length < this.errors.length) this.errors = others;
      this.errors.push(...this.unknownProducts());
      this.changed();
    },
    // Units: a price that is still the usual one follows the unit.
    word(line, unit) { return line.units.find((one) => one.unit === unit)?.word ?? unit; },
    has(line, unit) { return line.units.some((one) => one.unit === unit); },
    usual(line) { return line.units.find((one) => one.unit === line.unit) ?? {}; },
    factor(line) { const { numerator = 1, denominator = 1 } = this.usual(line); return numerator / denominator; },
    setPrice(line, before) {
      const { price } = this.usual(line);
      if (price !== undefined && (!String(line.price).trim() || (before !== undefined && line.price === before))) line.price = price;
    },
    choose(i, event) {
      const before = this.usual(this.lines[i]).price;
      this.lines[i].unit = event.target.value;
      this.setPrice(this.lines[i], before);
      this.changed();
    },
    choosesUnit(line) { return line.units.length > 1 || Boolean(line.unit && line.units.length && !this.has(line, line.unit)); },
    onlyUnit(line) { return line.units.length === 1 && this.has(line, line.unit) ? this.word(line, line.unit) : ""; },
    inBase(line) {
      const quantity = number(line.quantity);
      return quantity === null || !line.base || line.unit === line.base || !this.has(line, line.unit) ? "" : `= ${plain.format(quantity * this.factor(line))} ${this.word(line, line.base)}`;
    },
    suggest(i, event) {
      Object.assign(this.lines[i], { replaced: true, wanted: "", unknown: false });
      const text = this.lines[i].product.trim();
      window.clearTimeout(this.suggesting);
      if (text.length < 2) { this.options = []; return; }
      this.suggesting = window.setTimeout(async () => {
        const response = await fetch(`${this.config.suggest}?${new URLSearchParams({ q: text, warehouse: this.header("warehouse")?.value ?? "" })}`, { headers: { Accept: "application/json" } }).catch(() => null);
        const data = response?.ok ? await response.json() : { products: [] };
        if (document.activeElement !== event.target) return;
        const box = event.target.getBoundingClientRect();
        Object.assign(this.part("options").style, { left: `${box.left}px`, top: `${box.bottom + 2}px` });
        this.at = i;
        this.chosen = 0;
        this.options = data.products.slice(0, 8).map((product) => ({ ...product, note: product.available ? fill(this.config.words.available, { n: plain.format(product.available) }) : "" }));
      }, 150);
    },
    open(i) { return this.options.length > 0 && this.at === i; },
    take(n) {
      const option = this.options[n];
      if (!option) return;
      Object.assign(this.lines[this.at], { product: option.product, name: option.name, replaced: true, wanted: option.unit, unknown: false });
      this.options = [];
      this.toQuantity(this.at);
      this.lookUp();
    },
    closeSoon() { window.setTimeout(() => { this.options = []; }, 150); },

    // What is shown.
    left(line) { return 1 - (number(bare(line.discount)) ?? 0) / 100; },
    amount(line) { const [q, p] = [number(line.quantity), number(line.price)]; return q === null || p === null ? "" : format.format(q * p * this.left(line)); },
    total() { return format.format(this.lines.reduce((sum, line) => sum + (number(line.quantity) ?? 0) * (number(line.price) ?? 0) * this.left(line), 0)); },
    margin(line) {
      const [p, c] = [(number(line.price) ?? 0) * this.left(line), number(line.cost)];
      return !p || c === null ? "" : `${format.format(((p - c * this.factor(line)) / p) * 100)} %`;
    },
    stockText(line) {
      const base = line.unit === line.base ? "" : ` ${this.word(line, line.base)}`;
      if (!line.stocked) return "";
      const wanted = (number(line.quantity) ?? 0) * this.factor(line);
      const [now] = line.coming;
      if (!now || number(now.quantity) >= wanted) return fill(this.config.words.available, { n: plain.format(number(line.available) ?? 0) + base });
      const later = line.coming.find((one) => number(one.quantity) >= wanted);
      const n = plain.format(number(now.quantity)) + base;
      return later ? fill(this.config.words.later, { n, day: later.day, number: later.number }) : fill(this.config.words.nowhere, { n });
    },
    stockWords(line) { return fill(this.config.words.stock, { on_hand: plain.format(number(line.on_hand) ?? 0), reserved: plain.format(number(line.reserved) ?? 0), available: plain.format(number(line.available) ?? 0) }); },
    rowClass(line) { return line.product.trim() ? "" : "w-blank"; },
    stockClass(line) {
      const [wanted, left] = [(number(line.quantity) ?? 0) * this.factor(line), number(line.available) ?? 0];
      return `w-stock${left >= wanted ? "" : left > 0 ? " w-stock-part" : " w-stock-short"}`;
    },

    // Errors: all at once, beside their fields and summed up on top.
    find(i, field) { return this.errors.find((error) => error.field === `lines.${i}.${field}`); },
    bad(i, field) { return Boolean(this.find(i, field)); },
    message(i, field) { return this.find(i, field)?.message ?? ""; },
    anchor(error) { return `#${error.field.replaceAll(".", "-")}`; },
    sentence(error) {
      const parts = error.field.split(".");
      return parts[0] === "lines" && parts.length > 1 ? `${fill(this.config.words.line, { n: Number(parts[1]) + 1 })}: ${error.message}` : error.message;
    },
    go(error) { (document.getElementById(error.field.replaceAll(".", "-")) ?? this.form.querySelector(`[name="${error.field}"]`))?.focus(); },
    // The server counts the lines it was sent; rows without a product were not.
    shown(field) {
      const rows = this.lines.flatMap((line, i) => (line.product.trim() ? [i] : []));
      return field.replace(/^lines\.(\d+)/, (_all, i) => `lines.${rows[Number(i)] ?? i}`);
    },
    misread(text) { return pointed(text) && fill(this.config.words.point, { number: pointed(text) }); },
    unknownProducts() { return this.lines.flatMap((line, i) => (line.unknown ? [{ field: `lines.${i}.product`, message: this.config.words.unknown }] : [])); },
    check() {
      const errors = [];
      this.lines.forEach((line, i) => {
        if (!line.product.trim()) return;
        if (line.unknown) errors.push({ field: `lines.${i}.product`, message: this.config.words.unknown });
        const wrong = (field, text, fallback) => errors.push({ field: `lines.${i}.${field}`, message: this.misread(text) || fallback });
        if (!(number(line.quantity) > 0)) wrong("quantity", line.quantity, this.config.words.number);
        if (trimmed(line.price) && number(line.price) === null) wrong("price", line.price, this.config.words.any_number);
        const discount = bare(line.discount);
        if (discount && !(number(discount) >= 0 && number(discount) <= 100 && number(discount) !== null)) wrong("discount", discount, this.config.words.percent);
      });
      if (!this.lines.some((line) => line.product.trim())) errors.push({ field: "lines.0.product", message: this.config.words.empty });
      return errors;
    },

    // Drafts save themselves; a conflict shows both values.
    changed() {
      if (!this.config?.autosave) return;
      window.clearTimeout(this.timer);
      if (JSON.stringify(this.draft()) === this.saved) return;
      this.status = this.config.words.unsaved;
      this.timer = window.setTimeout(() => this.autosave(), AUTOSAVE_MS);
    },
    isUnsaved(draft) { return Boolean(this.config.autosave) && !this.busy && draft.lines.length > 0 && JSON.stringify(draft) !== this.saved; },
    // What is typed is sent with the page that is left, unless a save is on its way (its version is not known yet), the
    // last one failed, or it is longer than browsers send on leaving: then the person is asked.
    wouldLose() {
      const draft = this.draft();
      return this.isUnsaved(draft) && (this.sending || this.stuck || JSON.stringify(draft).length > MOST_ON_LEAVING);
    },
    keepOnLeaving() {
      const draft = this.draft();
      if (this.isUnsaved(draft) && !this.wouldLose()) this.post(this.config.autosave, { ...draft, version: this.version }, { keepalive: true }).catch(() => {});
    },
    autosave() { this.saving = this.saving.then(() => this.keep()); return this.saving; },
    async keep() {
      const draft = this.draft();
      if (this.busy || !draft.lines.length) return;
      this.status = this.config.words.saving;
      this.sending = true;
      const { status, data } = await this.post(this.config.autosave, { ...draft, version: this.version }).catch(() => ({ status: 0, data: {} }));
      this.sending = false;
      this.stuck = status !== 200 || !data.version;
      if (status === 200 && data.version) {
        this.version = data.version;
        if (data.autosave_url) this.config.autosave = data.autosave_url;
        if (data.submit_url) this.config.submit = data.submit_url;
        if (data.edit_url) window.history.replaceState(null, "", data.edit_url); // a reload opens the draft, not a new one
        this.saved = JSON.stringify(draft);
        this.status = `${this.config.words.saved} ${data.at ?? ""}`;
      } else if (status === 409) this.conflict(draft, data);
      else if (status === 422) this.status = this.config.words.unsaved;
      else { this.status = this.unreached(status); this.timer = window.setTimeout(() => this.autosave(), AUTOSAVE_MS * 3); }
    },
    // A header field as the page calls it and shows its values.
    labelOf(name) { return this.header(name)?.labels?.[0]?.firstChild.textContent.trim() || name; },
    reads(name, value) {
      const choice = [...(this.header(name)?.options ?? [])].find((option) => option.value === value);
      return (choice?.textContent ?? value)?.trim() || "–";
    },
    conflict(mine, data) {
      const words = Object.fromEntries(this.lines.flatMap((line) => line.units.map((one) => [one.unit, one.word])));
      const text = (line) => (line ? `${line.product} × ${line.quantity}${line.unit ? ` ${words[line.unit] ?? line.unit}` : ""}${line.price ? ` @ ${line.price}` : ""}${line.discount ? ` − ${line.discount} %` : ""}` : "–");
      this.theirs = data;
      this.conflictText = fill(this.config.words.conflict, { who: data.by ?? "" });
      const rows = [];
      Object.keys({ ...mine.header, ...data.theirs.header }).forEach((name) => {
        if (this.header(name) && (mine.header[name] ?? "") !== (data.theirs.header[name] ?? "")) rows.push({ label: this.labelOf(name), mine: this.reads(name, mine.header[name]), theirs: this.reads(name, data.theirs.header[name]) });
      });
      for (let i = 0; i < Math.max(mine.lines.length, data.theirs.lines.length); i += 1) {
        if (text(mine.lines[i]) !== text(data.theirs.lines[i])) rows.push({ label: fill(this.config.words.line, { n: i + 1 }), mine: text(mine.lines[i]), theirs: text(data.theirs.lines[i]) });
      }
      this.differences = rows;
      this.part("conflict").showModal();
    },
    takeTheirs() {
      this.part("conflict").close();
      this.version = this.theirs.version;
      this.lines = this.theirs.theirs.lines.map((line) => fresh(line));
      Object.entries(this.theirs.theirs.header).forEach(([name, value]) => { const input = this.form.elements[name]; if (input) input.value = value; });
      this.saved = JSON.stringify(this.draft());
      this.lookUp();
    },
    keepMine() { this.part("conflict").close(); this.version = this.theirs.version; this.autosave(); },

    async submit(event) {
      const verb = event.submitter?.value ?? "";
      await this.pasting;
      this.errors = this.check();
      if (this.errors.length) { this.$nextTick(() => this.part("summary").focus()); return; }
      window.clearTimeout(this.timer);
      this.busy = true;
      await this.saving; // the version it leaves is ours, not somebody else's
      if (this.part("conflict").open) { this.busy = false; return; }
      const token = this.form.querySelector("[name=token]").value;
      const { status, data } = await this.post(this.config.submit, { ...this.draft(), version: this.version, verb, token }).catch(() => ({ status: 0, data: {} }));
      if (status >= 200 && status < 300 && data.url) {
        if (!this.version) this.form.dispatchEvent(new Event("weft:made"));
        window.location.assign(data.url);
        return;
      }
      this.busy = false;
      if (status === 409 && data.theirs) { this.conflict(this.draft(), data); return; }
      this.errors = data.errors?.length ? data.errors.map((error) => ({ ...error, field: this.shown(error.field) })) : [{ field: "", message: status === 401 ? this.config.words.logged_out : this.config.words.failed }];
      this.$nextTick(() => this.part("summary").focus());
    },
  }));
});
