// The overview's table: ticking rows (all, and a range with Shift), and a toolbar that follows what is ticked.

let lastTicked = null;
let unkept = null;
let waiting = 0;

/** Tells the server what is ticked, so that it is still ticked when one comes back from a row's own page. */
function keep() {
  const form = unkept;
  clearTimeout(waiting);
  unkept = null;
  if (!form) return;
  const body = new FormData();
  const kept = ["csrfmiddlewaretoken", "shown", "ticked"];
  for (const [name, value] of new FormData(form)) if (kept.includes(name)) body.append(name, value);
  body.append("do", "tick");
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
}

const boxesOf = (form) => [...form.querySelectorAll("input[name=ticked]")];

/** How many rows are ticked on other pages of the table. */
function tickedElsewhere(form) {
  form.dataset.elsewhere ??= Number(form.dataset.tickedTotal || 0) - form.querySelectorAll("input[name=ticked][checked]").length;
  return Number(form.dataset.elsewhere);
}

/** A button says what it needs: data-needs="some" rows, rows of "one" case, or a "single" row. */
function update(form) {
  const boxes = boxesOf(form);
  const ticked = boxes.filter((box) => box.checked);
  const count = ticked.length + tickedElsewhere(form);
  const cases = new Set(ticked.map((box) => box.dataset.case)).size;
  const met = { some: count > 0, one: count > 0 && cases <= 1, single: count === 1 };
  for (const box of boxes) box.closest("tr").classList.toggle("ticked", box.checked);
  for (const button of form.querySelectorAll("[data-needs]")) button.disabled = !met[button.dataset.needs];
  const all = form.querySelector("[data-tick-all]");
  if (all) {
    all.checked = boxes.length > 0 && ticked.length === boxes.length;
    all.classList.toggle("mixed", ticked.length > 0 && !all.checked);
    all.indeterminate = ticked.length > 0 && !all.checked;
  }
  const counter = form.querySelector("[data-ticked-count]");
  const { noneText, oneText, someText } = counter.dataset;
  const said = [noneText, oneText][count] ?? someText.replace("{}", count);
  if (counter.textContent !== said) counter.textContent = said;
}

function tickRange(form, box) {
  const boxes = boxesOf(form);
  const [from, to] = [boxes.indexOf(lastTicked), boxes.indexOf(box)].sort((a, b) => a - b);
  if (from < 0) return;
  for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
}

function ticked(form) {
  update(form);
  unkept = form;
  clearTimeout(waiting);
  waiting = setTimeout(keep, 150);
}

/** What the table itself sends tells of the ticks too. */
function forget() {
  clearTimeout(waiting);
  unkept = null;
}

window.addEventListener("pagehide", keep);
document.addEventListener("submit", forget);
document.addEventListener("htmx:beforeRequest", forget);
document.addEventListener("click", (event) => {
  const form = event.target.closest?.("form[data-overview]");
  if (!form) return;
  const box = event.target.closest("input[name=ticked]");
  if (box) {
    if (event.shiftKey && lastTicked) tickRange(form, box);
    lastTicked = box;
    ticked(form);
  } else if (event.target.closest("[data-tick-all]")) {
    for (const each of boxesOf(form)) each.checked = event.target.checked;
    ticked(form);
  }
});

// Shift-click marks text as well as rows; only the rows are meant.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest?.("form[data-overview] .tick")) event.preventDefault();
});

// The last column stays in sight while the table is scrolled sideways; a heading reached by keyboard comes out from under it.
document.addEventListener("focusin", (event) => {
  if (event.target.matches(".overview-table .sort:focus-visible")) event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
});

function updateAll() {
  document.querySelectorAll("form[data-overview]").forEach(update);
}

// After sorting, filtering or paging the focus stays with the control; where that is gone it goes to the number of rows.
document.addEventListener("htmx:afterSettle", () => {
  lastTicked = null;
  updateAll();
  if (document.activeElement === document.body) document.querySelector("[data-result]")?.focus({ preventScroll: true });
});

window.addEventListener("pageshow", updateAll);
updateAll();
