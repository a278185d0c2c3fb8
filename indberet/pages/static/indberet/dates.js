// A calendar beside a date that is typed. The browser's own picker fills the text box as dd.mm.åååå; typing never needs it,
// so the button is no stop on the way from field to field: Alt + arrow down opens the calendar from the text box.

const pad = (number) => String(number).padStart(2, "0");

/** The typed date as åååå-mm-dd, or "" when it is not one of the forms we take. */
function isoDate(typed) {
  const text = typed.trim();
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (parts) return `${parts[1]}-${pad(parts[2])}-${pad(parts[3])}`;
  const danish = /^(\d{2})(\d{2})(\d{4}|\d{2})$/.exec(text) || /^(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d{2})$/.exec(text);
  if (!danish) return "";
  const year = danish[3].length === 2 ? `20${danish[3]}` : danish[3];
  return `${year}-${pad(danish[2])}-${pad(danish[1])}`;
}

function enhance(field) {
  field.dataset.ready = "";
  const text = field.querySelector("input");
  const native = document.createElement("input");
  if (typeof native.showPicker !== "function" || text.disabled || text.readOnly) return;
  const button = document.createElement("button");
  native.type = "date";
  native.className = "native-date";
  native.tabIndex = -1;
  native.setAttribute("aria-hidden", "true");
  button.type = "button";
  button.tabIndex = -1;
  button.className = "date-picker__button";
  button.setAttribute("aria-label", `${field.dataset.openText}: ${(text.labels[0]?.textContent || "").replace("*", "").trim()}`);
  const open = () => {
    native.value = isoDate(text.value);
    native.showPicker();
  };
  button.addEventListener("click", open);
  text.addEventListener("keydown", (event) => {
    if (!event.altKey || event.key !== "ArrowDown") return;
    event.preventDefault();
    open();
  });
  native.addEventListener("change", (event) => {
    event.stopPropagation();
    if (!native.value) return;
    text.value = native.value.split("-").reverse().join(".");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.dispatchEvent(new Event("change", { bubbles: true }));
  });
  native.addEventListener("input", (event) => event.stopPropagation());
  field.append(button, native);
}

function enhanceAll(root) {
  root.querySelectorAll("[data-date-field]:not([data-ready])").forEach(enhance);
}

enhanceAll(document);
for (const name of ["indberet:added", "htmx:load"]) document.addEventListener(name, (event) => enhanceAll(event.target.parentElement || document));
