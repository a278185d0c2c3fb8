// What every page needs: the design system's menu, and saying so when an answer takes its time or fails.

const SLOW = 500; // milliseconds before the page says that it is working

new window.DKFDS.Navigation().init();
const more = document.querySelector(".more-button span"); // the design system knows Danish only
if (more) more.textContent = document.querySelector("[data-more-text]").dataset.moreText;

// htmx notes the address for its history, which is switched off; nothing shall stay behind in the browser.
window.sessionStorage.removeItem("htmx-current-path-for-history");

const status = document.getElementById("page-status");
let timer = 0;

function working(on) {
  clearTimeout(timer);
  document.documentElement.classList.remove("working");
  status.textContent = "";
  if (!on) return;
  timer = setTimeout(() => {
    document.documentElement.classList.add("working");
    status.textContent = status.dataset.workingText;
  }, SLOW);
}

function failed() {
  working(false);
  document.documentElement.classList.add("failed");
  status.textContent = status.dataset.failedText;
}

document.addEventListener("indberet:working", (event) => working(event.detail));
document.addEventListener("indberet:failed", failed);
document.addEventListener("htmx:beforeRequest", () => {
  document.documentElement.classList.remove("failed");
  working(true);
});
document.addEventListener("htmx:afterRequest", () => working(false));
document.addEventListener("htmx:sendError", failed);

// An answer without the part that was asked for (log-in, no access, an error) is a page of its own: go there.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  if (xhr.status < 400 && page.getElementById(target.id)) return;
  event.detail.shouldSwap = false;
  if (xhr.status >= 500) failed();
  else window.location.assign(xhr.responseURL || window.location.href);
});
