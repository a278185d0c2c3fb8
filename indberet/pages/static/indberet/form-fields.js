// A date or a service code decides which fields apply. When one changes, the server is asked for the fields and its
// answer is merged: a field that stays keeps its element and what is typed in it, a new one is inserted where it
// belongs, one that no longer applies is parked in a hidden input, so that it comes back with its value.

const names = (root) => [...root.querySelectorAll("[data-field]")];
const controls = (root) => [...root.querySelectorAll("input[name], select[name], textarea[name]")];

function label(wrapper) {
  const text = wrapper.querySelector(".form-label")?.cloneNode(true);
  text?.querySelectorAll(".required-mark, .weight-normal").forEach((extra) => extra.remove());
  return text?.textContent.trim() || wrapper.dataset.field;
}

/** Puts what is in the old field into the new one, as far as the new one offers it. */
function carry(from, to) {
  const ticked = new Set();
  const values = new Map();
  for (const control of controls(from)) {
    if (control.type === "checkbox" || control.type === "radio") {
      if (control.checked) ticked.add(`${control.name} ${control.value}`);
    } else values.set(control.name, control.value);
  }
  for (const control of controls(to)) {
    if (control.type === "checkbox" || control.type === "radio") control.checked = ticked.has(`${control.name} ${control.value}`);
    else if (values.has(control.name)) {
      const offered = control.tagName !== "SELECT" || [...control.options].some((option) => option.value === values.get(control.name));
      if (offered) control.value = values.get(control.name);
    }
  }
}

/** Keeps the values of a field that goes away as hidden inputs. */
function park(wrapper, parked) {
  for (const control of controls(wrapper)) {
    const tickable = control.type === "checkbox" || control.type === "radio";
    if ((tickable && !control.checked) || !control.value) continue;
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = control.name;
    hidden.value = control.value;
    parked.append(hidden);
  }
}

const CONTROL = ":scope > :is([data-code-select], [data-date-field], input, textarea)";
const DESCRIBED = ["aria-describedby", "aria-invalid", "required"];

/** A field whose control stays: only what stands around it is new, so that typing goes on undisturbed. */
function renew(old, fresh, control, twin) {
  const parts = [...fresh.childNodes];
  const place = parts.indexOf(twin);
  for (const node of [...old.childNodes]) if (node !== control) node.remove();
  control.before(...parts.slice(0, place));
  control.after(...parts.slice(place + 1));
  old.className = fresh.className;
  old.dataset.signature = fresh.dataset.signature;
  if (control.matches("[data-code-select]")) {
    control.dispatchEvent(new CustomEvent("indberet:options", { detail: twin.querySelector("select") }));
    return;
  }
  const [input, other] = [control, twin].map((node) => (node.matches("input, textarea") ? node : node.querySelector("input")));
  for (const name of DESCRIBED) input.toggleAttribute(name, other.hasAttribute(name));
  for (const name of DESCRIBED) if (other.hasAttribute(name)) input.setAttribute(name, other.getAttribute(name));
}

/** Puts a new version of a field in the place of the old one; what is typed and where the caret stands is kept. */
function replace(old, fresh) {
  const control = old.querySelector(CONTROL);
  const twin = fresh.querySelector(CONTROL);
  const isSame = control && twin && control.tagName === twin.tagName && !control.matches("[data-code-select]:not([data-ready])");
  if (isSame) return renew(old, fresh, control, twin);
  const id = old.contains(document.activeElement) ? document.activeElement.id : "";
  const sought = old.querySelector(".code-filter")?.value;
  carry(old, fresh);
  old.replaceWith(fresh);
  fresh.dispatchEvent(new CustomEvent("indberet:added", { bubbles: true }));
  const filter = fresh.querySelector(".code-filter");
  if (filter && sought) {
    filter.value = sought;
    filter.dispatchEvent(new Event("input"));
  }
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}

function mergeGroup(group, fresh, kept, appeared) {
  let cursor = group.querySelector(":scope > [data-field]");
  for (const wrapper of names(fresh)) {
    const old = kept.get(wrapper.dataset.field);
    if (!old) {
      group.insertBefore(wrapper, cursor);
      wrapper.classList.add("appeared");
      appeared.push(wrapper);
      wrapper.dispatchEvent(new CustomEvent("indberet:added", { bubbles: true }));
      continue;
    }
    const same = old.dataset.signature && old.dataset.signature === wrapper.dataset.signature;
    const next = old === cursor ? old.nextElementSibling : cursor;
    if (old !== cursor) group.insertBefore(old, cursor);
    if (!same) replace(old, wrapper);
    cursor = next;
  }
}

/** Merges the answer into the page. Returns the labels of the fields that came and went. */
function merge(fields, answer) {
  const wanted = new Set(names(answer).map((wrapper) => wrapper.dataset.field));
  const parked = fields.querySelector("[data-parked]");
  parked.replaceChildren(...(answer.querySelector("[data-parked]")?.children || []));
  const gone = names(fields).filter((wrapper) => !wanted.has(wrapper.dataset.field));
  for (const wrapper of gone) {
    parked.querySelectorAll(`[name="${CSS.escape(wrapper.dataset.field)}"]`).forEach((input) => input.remove());
    park(wrapper, parked);
    wrapper.remove();
  }
  const kept = new Map(names(fields).map((wrapper) => [wrapper.dataset.field, wrapper]));
  const appeared = [];
  let place = fields.querySelector(":scope > [data-group]");
  for (const fresh of answer.querySelectorAll(":scope > [data-group]")) {
    const group = fields.querySelector(`:scope > [data-group="${CSS.escape(fresh.dataset.group)}"]`);
    if (group) {
      mergeGroup(group, fresh, kept, appeared);
      place = group.nextElementSibling;
      continue;
    }
    fields.insertBefore(fresh, place);
    appeared.push(...names(fresh));
    names(fresh).forEach((wrapper) => wrapper.classList.add("appeared"));
    fresh.dispatchEvent(new CustomEvent("indberet:added", { bubbles: true }));
  }
  for (const group of fields.querySelectorAll(":scope > [data-group]")) if (!names(group).length) group.remove();
  return { appeared: appeared.map(label), gone: gone.map(label) };
}

/** The person's services beside the form, once the server knows the person. */
function showOthers(page) {
  const here = document.querySelector("[data-other-records]");
  const there = page.querySelector("[data-other-records]");
  if (here && there && here.textContent !== there.textContent) here.replaceChildren(...document.importNode(there, true).childNodes);
}

/** A recently used place fills in its number and department; the list itself is not sent. */
function choosePlace(select, fields) {
  const [number, department] = select.value.split("|");
  for (const [name, value] of [["p_number", number], ["department_uuid", department]]) {
    const input = fields.querySelector(`[data-field="${name}"] input`);
    if (input && department) input.value = value;
  }
}

function announce(status, { appeared, gone }) {
  const said = [];
  if (appeared.length) said.push(status.dataset.appearedText.replace("{}", appeared.join(", ")));
  if (gone.length) said.push(status.dataset.goneText.replace("{}", gone.join(", ")));
  status.textContent = said.join(" ");
}

function follow(form) {
  const fields = form.querySelector("[data-fields]");
  const status = form.querySelector("[data-fields-status]");
  let request = null;

  const refresh = async () => {
    request?.abort();
    request = new AbortController();
    const mine = request;
    document.dispatchEvent(new CustomEvent("indberet:working", { detail: true }));
    try {
      const sent = { method: "POST", body: new FormData(form), signal: mine.signal, headers: { "HX-Request": "true" } };
      const response = await fetch(form.dataset.fieldsUrl, sent);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const answer = page.querySelector("[data-fields]");
      if (mine.signal.aborted) return;
      if (response.ok && answer) {
        announce(status, merge(fields, document.importNode(answer, true)));
        showOthers(page);
      }
      document.dispatchEvent(new CustomEvent("indberet:working", { detail: false }));
    } catch (error) {
      if (error.name !== "AbortError") document.dispatchEvent(new CustomEvent("indberet:failed"));
    }
  };
  fields.addEventListener("change", (event) => {
    if (event.target.matches("[data-places] select")) choosePlace(event.target, fields);
    if (event.target.closest("[data-reason]")) return;
    if (event.target.name && event.target.closest("[data-refreshes]")) refresh(); // a search box has no name
  });
  fields.querySelector("[data-places] select")?.removeAttribute("name");
  fields.addEventListener("indberet:added", () => fields.querySelector("[data-places] select")?.removeAttribute("name"));
}

document.querySelectorAll("form[data-fields-url]").forEach(follow);
