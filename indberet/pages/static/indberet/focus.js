// Focus goes where the work continues: to the error summary, else to what the address names (the field of a finding, or
// what is told of all findings where the form has no such field), else to what the page marks with data-focus (the row
// one came from, the first field of a new form).

const summary = document.querySelector("[data-error-summary]");
const named = window.location.hash.slice(1);
const sought = named && document.getElementById(document.getElementById(named) ? named : "findings");
const FIRST = "[data-fields] :is(input, select, textarea):not([type=hidden], [hidden], :disabled, [readonly])";
const marked = document.querySelector("[data-focus]") || document.querySelector("form[data-focus-first]")?.querySelector(FIRST);

function labelOf(field) {
  return field.closest("fieldset[tabindex]")?.querySelector("legend") || field.labels?.[0] || field;
}

/** Shows a field together with its label, and works on in it. */
function goTo(field) {
  labelOf(field).scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}

if (summary) {
  summary.focus();
} else if (sought) {
  goTo(sought);
} else if (marked && !named) {
  marked.focus({ preventScroll: true });
  if (marked.matches("[data-focus]")) marked.scrollIntoView({ block: "center", inline: "nearest" });
  marked.closest(".table-frame")?.scrollTo({ left: 0 });
}

// The links of a summary.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".error-list a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  goTo(field);
});
