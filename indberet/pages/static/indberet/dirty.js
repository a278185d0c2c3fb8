// Leaving a form asks only when something in it was changed.

const snapshot = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken").sort());

function watch(form) {
  let clean = snapshot(form);
  let leaving = false;
  const changed = () => form.hasAttribute("data-changed") || snapshot(form) !== clean;
  form.addEventListener("submit", (event) => {
    leaving = !event.defaultPrevented;
  });
  // Fields that only appeared have not been typed in: the comparison starts anew when nothing was changed before.
  form.addEventListener("indberet:added", () => {
    if (!("touched" in form.dataset)) clean = snapshot(form);
  });
  form.addEventListener("input", () => {
    form.dataset.touched = "";
  });
  form.addEventListener("change", () => {
    form.dataset.touched = "";
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("a[data-close]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (changed() && !window.confirm(form.dataset.leaveText)) event.preventDefault();
    else leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && changed()) event.preventDefault();
  });
  // The log-in ends (session.js): whether something would be lost, and that it no longer is.
  form.addEventListener("indberet:unsaved", (event) => {
    event.detail.changed = changed();
  });
  document.addEventListener("indberet:leaving", () => {
    leaving = true;
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
}

document.querySelectorAll("form[data-dirty]").forEach(watch);
