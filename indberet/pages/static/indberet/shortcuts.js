// Keyboard shortcuts, read from the buttons: data-shortcut="Esc", "Ctrl+Enter", "Alt+S". Shown on the button as well.
// "Enter" is only shown: in a field it presses the form's first button, which is the browser's own doing.

const SHORT = { Escape: "Esc" };

function pressed(event) {
  const key = event.altKey && event.code.startsWith("Key") ? event.code.slice(3) : SHORT[event.key] || event.key;
  const parts = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift", key.length === 1 ? key.toUpperCase() : key];
  return parts.filter(Boolean).join("+");
}

function show(root) {
  for (const button of root.querySelectorAll("[data-shortcut]:not([aria-keyshortcuts])")) {
    const keys = button.dataset.shortcut;
    const kbd = document.createElement("kbd");
    kbd.textContent = keys;
    kbd.setAttribute("aria-hidden", "true");
    button.setAttribute("aria-keyshortcuts", keys.replace("Ctrl", "Control").replace("Esc", "Escape"));
    button.append(kbd);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat || (event.key === "Enter" && !event.ctrlKey)) return;
  const keys = pressed(event);
  const scope = document.querySelector("dialog[open]") || document;
  const button = [...scope.querySelectorAll("[data-shortcut]")].find((candidate) => candidate.dataset.shortcut === keys);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});

show(document);
document.addEventListener("htmx:load", (event) => show(event.target.parentElement || document));
