// Any number of codes from a tree of check boxes: adds a box that filters the list and shows the chosen ones as chips.

const fold = (text) => text.toLowerCase().normalize("NFC");

function matches(node, words) {
  return words.every((word) => fold(node.dataset.search).includes(word));
}

/** Shows the nodes that match and the headings above them. Returns how many codes match. */
function filter(nodes, query) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  let found = 0;
  let shownDepth = -1; // depth of the node shown last, further down: what stands above it with less depth is its heading
  for (const node of [...nodes].reverse()) {
    const depth = Number(node.dataset.depth);
    const box = node.querySelector("input");
    const hit = matches(node, words) && Boolean(box);
    node.hidden = !(hit || depth < shownDepth);
    if (hit) found += 1;
    if (!node.hidden) shownDepth = depth;
  }
  return found;
}

function chip(input, text) {
  const button = document.createElement("button");
  const label = input.labels[0].textContent.trim();
  button.type = "button";
  button.className = "chip";
  button.textContent = label;
  button.setAttribute("aria-label", text.replace("{}", label));
  button.addEventListener("click", () => {
    input.checked = false;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
  return button;
}

function enhance(tree) {
  tree.dataset.ready = "";
  const { filterText, foundText, chosenText, removeText, emptyText } = tree.dataset;
  const nodes = tree.querySelectorAll(".code-node");
  const boxes = [...tree.querySelectorAll("input[type=checkbox]")];
  const search = document.createElement("input");
  const label = document.createElement("label");
  const chosen = document.createElement("div");
  const status = document.createElement("span");
  search.type = "search";
  search.className = "form-input code-filter";
  search.id = `${tree.closest("fieldset")?.id || boxes[0]?.name}-filter`;
  search.autocomplete = "off";
  label.htmlFor = search.id;
  label.className = "code-filter-label";
  label.textContent = filterText;
  chosen.className = "chips";
  status.className = "sr-only";
  status.setAttribute("role", "status");
  tree.prepend(chosen, label, search, status);

  const draw = () => {
    const ticked = boxes.filter((box) => box.checked);
    const heading = document.createElement("span");
    heading.className = "chips-label";
    heading.textContent = ticked.length ? `${chosenText}:` : emptyText;
    chosen.replaceChildren(heading, ...ticked.map((box) => chip(box, removeText)));
  };
  const narrow = () => {
    const found = filter(nodes, search.value);
    status.textContent = search.value ? foundText.replace("{}", found) : "";
  };
  tree.addEventListener("change", (event) => event.target !== search && draw());
  search.addEventListener("input", narrow);
  search.addEventListener("change", (event) => event.stopPropagation());
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) {
      event.stopPropagation();
      search.value = "";
      narrow();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const left = boxes.filter((box) => !box.closest(".code-node").hidden);
      if (search.value && left.length === 1) left[0].click();
    }
  });
  window.addEventListener("pageshow", draw);
  draw();
}

function enhanceAll(root) {
  root.querySelectorAll("[data-code-tree]:not([data-ready])").forEach(enhance);
}

enhanceAll(document);
for (const name of ["indberet:added", "htmx:load"]) document.addEventListener(name, (event) => enhanceAll(event.target.parentElement || document));
