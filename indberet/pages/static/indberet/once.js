// One press, one submission. The form still sends the name and value of the button that was pressed.

const BUTTONS = "button[type=submit], button:not([type]), input[type=submit]";

function lock(form) {
  form.dataset.sent = "";
  form.setAttribute("aria-busy", "true");
  // After the browser has read the form, or the pressed button would be missing from what is sent.
  setTimeout(() => form.querySelectorAll(BUTTONS).forEach((button) => button.setAttribute("aria-disabled", "true")));
}

function unlock(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
  form.querySelectorAll(BUTTONS).forEach((button) => button.removeAttribute("aria-disabled"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if ("sent" in form.dataset) event.preventDefault();
  else if (!form.hasAttribute("data-download")) lock(form);
});

// A page that comes back from the browser's memory works again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(unlock));
