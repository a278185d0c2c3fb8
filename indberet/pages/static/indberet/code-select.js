// Makes a long list of codes searchable: a text box with a list (the ARIA combobox pattern) in front of a <select>.
// The <select> stays in the form, hidden, and keeps the value, so that what is sent is the same without JavaScript.

const SHORT = 7; // a list of at most this many codes stays a plain <select>

const fold = (text) => text.toLowerCase().normalize("NFC").replace(/\s+/g, " ").trim();

function entriesOf(select) {
  return [...select.options].filter((option) => option.value).map((option) => {
    const label = option.textContent.trim();
    const path = option.dataset.path || option.closest("optgroup")?.label || "";
    const mark = option.dataset.mark || "";
    return { value: option.value, label, path, mark, text: fold(`${option.value} ${label} ${path} ${option.dataset.search || ""}`) };
  });
}

/** The entries in which every word of the query occurs; those whose code begins with the query come first. */
function matching(entries, query) {
  const words = fold(query).split(" ").filter(Boolean);
  const found = entries.filter((entry) => words.every((word) => entry.text.includes(word)));
  const rank = (entry) => (fold(entry.value) === fold(query) ? 0 : fold(entry.value).startsWith(fold(query)) ? 1 : 2);
  return words.length ? found.sort((a, b) => rank(a) - rank(b)) : found;
}

function element(tag, attributes = {}, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

function icon(name) {
  const use = document.querySelector(".header svg use").getAttribute("href").replace(/#.*/, `#${name}`);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon-svg");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  svg.firstChild.setAttribute("href", use);
  return svg;
}

class CodeSelect {
  constructor(box) {
    this.box = box;
    this.select = box.querySelector("select");
    this.entries = entriesOf(this.select);
    this.shown = [];
    this.active = -1;
    this.build();
    this.listen();
    this.sync();
  }

  build() {
    const { select, box } = this;
    const id = select.id;
    const copied = (name) => select.getAttribute(name);
    this.input = element("input", {
      type: "text", id, class: "form-input code-input", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
      "aria-describedby": copied("aria-describedby"), "aria-invalid": copied("aria-invalid"),
      "aria-label": copied("aria-label"), "aria-required": select.required ? "true" : null,
    });
    this.clear = element("button", { type: "button", class: "code-clear", "aria-label": box.dataset.clearText });
    this.clear.append(icon("close"));
    this.arrow = element("span", { class: "code-arrow", "aria-hidden": "true" });
    this.arrow.append(icon("chevron-down"));
    this.list = element("div", { id: `${id}-list`, role: "listbox", class: "code-list", "aria-label": this.labelText(id) });
    this.list.hidden = true;
    this.status = element("span", { role: "status", class: "sr-only" });
    this.complaint = element("span", { id: `${id}-unknown`, class: "form-error-message" });
    this.complaint.hidden = true;
    select.id = `${id}-value`;
    select.required = false;
    select.hidden = true;
    box.append(this.input, this.clear, this.arrow, this.list, this.status, this.complaint);
  }

  labelText(id) {
    const label = document.querySelector(`label[for="${CSS.escape(id)}"]`)?.cloneNode(true);
    label?.querySelectorAll(".required-mark, .weight-normal").forEach((mark) => mark.remove());
    return (label?.textContent || this.select.getAttribute("aria-label") || "").trim();
  }

  listen() {
    const { input, list } = this;
    input.addEventListener("input", () => this.search());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("click", () => (list.hidden ? this.open() : this.close()));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => this.settle());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.shown[Number(option.dataset.index)]);
    });
    this.clear.addEventListener("click", () => {
      this.set("");
      this.sync();
      input.focus();
    });
    window.addEventListener("pageshow", () => this.sync());
    this.box.addEventListener("indberet:options", (event) => this.offer(event.detail));
  }

  current() {
    return this.entries.find((entry) => entry.value === this.select.value);
  }

  sync() {
    this.input.value = this.current()?.label || "";
    this.clear.hidden = !this.select.value;
    this.box.classList.toggle("has-value", Boolean(this.select.value));
  }

  /** Other codes to choose from; the choice stays if it is still among them, and so does what is being typed. */
  offer(fresh) {
    const value = this.select.value;
    this.select.replaceChildren(...fresh.children);
    if ([...this.select.options].some((option) => option.value === value)) this.select.value = value;
    this.entries = entriesOf(this.select);
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (fresh.hasAttribute(name)) this.input.setAttribute(name, fresh.getAttribute(name));
      else this.input.removeAttribute(name);
    }
    if (!this.list.hidden) this.open(this.input.value === this.current()?.label ? "" : this.input.value, true);
    else if (document.activeElement !== this.input) this.sync();
  }

  set(value) {
    if (this.select.value === value) return;
    this.select.value = value;
    this.complain("");
    this.clear.hidden = !value;
    this.box.classList.toggle("has-value", Boolean(value));
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  choose(entry) {
    this.set(entry.value);
    this.complain("");
    this.sync();
    this.close();
  }

  search() {
    if (!this.input.value.trim()) this.set("");
    this.open(this.input.value, true);
  }

  open(query = "", typed = false) {
    this.shown = matching(this.entries, query);
    this.draw();
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.list.scrollIntoView({ block: "nearest" });
    const chosen = this.shown.findIndex((entry) => entry.value === this.select.value);
    this.activate(typed && query.trim() && this.shown.length ? 0 : chosen);
    const { noneText, resultsText } = this.box.dataset;
    this.status.textContent = this.shown.length ? resultsText.replace("{}", this.shown.length) : noneText;
  }

  close() {
    this.list.hidden = true;
    this.activate(-1);
    this.input.setAttribute("aria-expanded", "false");
  }

  draw() {
    this.list.replaceChildren();
    let group = this.list;
    let path = "";
    this.shown.forEach((entry, index) => {
      if (entry.path && entry.path !== path) group = this.group(entry.path, index);
      else if (!entry.path) group = this.list;
      path = entry.path;
      const option = element("div", {
        role: "option", id: `${this.input.id}-option-${index}`, class: "code-option", "data-index": index,
        "aria-selected": String(entry.value === this.select.value),
      }, entry.label);
      if (entry.mark) option.append(" ", element("span", { class: "mark" }, entry.mark));
      group.append(option);
    });
    if (!this.shown.length) this.list.append(element("div", { role: "option", "aria-disabled": "true", class: "code-none" }, this.box.dataset.noneText));
  }

  group(path, index) {
    const id = `${this.input.id}-group-${index}`;
    const made = element("div", { role: "group", "aria-labelledby": id });
    made.append(element("div", { id, role: "presentation", class: "code-path" }, path));
    this.list.append(made);
    return made;
  }

  activate(index) {
    this.list.querySelector(".active")?.classList.remove("active");
    this.active = index;
    const option = index < 0 ? null : this.list.querySelector(`[data-index="${index}"]`);
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.classList.add("active");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const isOpen = !this.list.hidden;
    const last = this.shown.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const down = event.key === "ArrowDown";
      if (!isOpen) this.open();
      else if (last >= 0) this.activate(down ? Math.min(this.active + 1, last) : Math.max(this.active - 1, 0));
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      if (this.active >= 0) this.choose(this.shown[this.active]);
      else this.close();
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.sync();
    }
  }

  /** On leaving the box: what was typed becomes a choice when it can only mean one code; otherwise it is said. */
  settle() {
    this.close();
    const typed = this.input.value.trim();
    if (!typed || typed === this.current()?.label) return;
    const found = matching(this.entries, typed);
    const exact = found.filter((entry) => fold(entry.value) === fold(typed));
    const only = exact.length === 1 ? exact[0] : found.length === 1 ? found[0] : null;
    if (only) return this.choose(only);
    this.set("");
    this.complain(this.box.dataset.unknownText.replace("{}", typed));
  }

  complain(text) {
    this.complaint.textContent = text;
    this.complaint.hidden = !text;
    if (!text) return;
    this.input.setAttribute("aria-invalid", "true");
    const described = (this.input.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== this.complaint.id);
    this.input.setAttribute("aria-describedby", [...described, this.complaint.id].join(" "));
  }
}

function enhance(root) {
  for (const box of root.querySelectorAll("[data-code-select]:not([data-ready])")) {
    const select = box.querySelector("select");
    if ([...select.options].filter((option) => option.value).length <= SHORT) continue;
    box.dataset.ready = "";
    new CodeSelect(box);
  }
}

enhance(document);
for (const name of ["indberet:added", "htmx:load"]) document.addEventListener(name, (event) => enhance(event.target.parentElement || document));
