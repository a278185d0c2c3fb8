// A question on a page of its own (delete?) is asked in a dialog instead: a link or button with data-dialog fetches the
// page and shows its [data-dialog-content]. Where something else comes back (log-in, an error, a message), the button does
// what it does without scripts.

let dialog = null;
let opener = null;

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "question";
  dialog.setAttribute("aria-labelledby", "dialog-heading");
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    opener?.focus();
  });
  dialog.addEventListener("click", (event) => {
    const outside = event.target === dialog && event.clientX > 0 && !inside(event);
    if (outside || event.target.closest("[data-dialog-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  document.body.append(dialog);
}

function inside({ clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}

function show(content) {
  if (!dialog) build();
  const heading = content.querySelector("h1");
  heading.id = "dialog-heading";
  heading.tabIndex = -1;
  content.removeAttribute("id");
  dialog.replaceChildren(...document.importNode(content, true).childNodes);
  dialog.showModal();
  (dialog.querySelector("[data-dialog-focus]") || dialog.querySelector("#dialog-heading")).focus();
}

async function ask(trigger) {
  const form = trigger.form;
  const body = form && new FormData(form, trigger);
  const response = await fetch(form ? form.action : trigger.href, form ? { method: "POST", body } : {});
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const content = page.querySelector("[data-dialog-content]");
  if (content) return show(content);
  trigger.removeAttribute("data-dialog");
  trigger.click();
}

document.addEventListener("click", (event) => {
  const trigger = event.target.closest?.("[data-dialog]");
  if (!trigger || trigger.disabled || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  opener = trigger;
  document.dispatchEvent(new CustomEvent("indberet:working", { detail: true }));
  ask(trigger)
    .then(() => document.dispatchEvent(new CustomEvent("indberet:working", { detail: false })))
    .catch(() => document.dispatchEvent(new CustomEvent("indberet:failed")));
});
