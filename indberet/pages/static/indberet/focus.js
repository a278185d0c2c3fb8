// Focus goes where the work continues: to the error summary, else to what the page marks with data-focus
// (the row one came from, the first field of a new form).

const summary = document.querySelector("[data-error-summary]");
const FIRST = "[data-fields] :is(input, select, textarea):not([type=hidden], [hidden], :disabled, [readonly])";
const marked = document.querySelector("[data-focus]") || document.querySelector("form[data-focus-first]")?.querySelector(FIRST);

function labelOf(field) {
  return field.closest("fieldset[tabindex]")?.querySelector("legend") || field.labels?.[0] || field;
}

if (summary) {
  summary.focus();
} else if (marked && !window.location.hash) {
  marked.focus({ preventScroll: true });
  if (marked.matches("[data-focus]")) marked.scrollIntoView({ block: "center", inline: "nearest" });
  marked.closest(".table-frame")?.scrollTo({ left: 0 });
}

// A link of the summary shows the field together with its label.
summary?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  labelOf(field).scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});
