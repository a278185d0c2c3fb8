// Warns before the log-in ends, and leaves the page when it has: what was typed is sent to be kept, and nothing of the
// page stays on the screen. The server decides; a tab asks it before it says or does anything, so that all tabs agree.

const WARN_IDLE = 120; // seconds before the end for want of activity
const WARN_LEFT = 300; // seconds before the end however active one is
const ASK_AGAIN = 10; // seconds between questions to the server while something is shown
const SPOKEN = [60, 30, 10]; // seconds left that a screen reader is told

const dialog = document.getElementById("session-dialog");
const channel = new BroadcastChannel("indberet-session");

/** One tab at a time: the answer to the first may change the cookie that the next one sends. */
const inTurn = (work) => (navigator.locks ? navigator.locks.request("indberet-session", work) : work());

function watch() {
  const token = dialog.querySelector("[name=csrfmiddlewaretoken]").value;
  const part = (name) => dialog.querySelector(`[data-session-${name}]`);
  let known = { idle: Number(document.body.dataset.sessionIdle), left: Number(document.body.dataset.sessionLeft) };
  const me = document.body.dataset.sessionPerson;
  let asked = Date.now(); // when the server said so
  let typed = 0; // when something was last typed
  let ending = false;
  let later = false; // the warning of the last end was read
  let kind = "";
  let timer = 0;
  let ticking = 0;
  let held = null; // what was changed when the warning took the focus, to be told when somebody is back

  const passed = () => (Date.now() - asked) / 1000;
  const now = () => ({ idle: known.idle - passed(), left: known.left - passed() });

  function plan() {
    clearTimeout(timer);
    const { idle, left } = now();
    const last = left - (later ? 0 : WARN_LEFT);
    const next = left <= idle ? last : Math.min(idle - WARN_IDLE, last);
    timer = setTimeout(ask, Math.max(next, 1) * 1000);
  }

  async function fetched(url, options = {}) {
    const response = await fetch(url, { cache: "no-store", ...options });
    if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw new Error(`${response.status}`);
    return response.json();
  }

  function take(state) {
    if (state.person !== me) return end(state.ended || "logout");
    known = state;
    asked = Date.now();
    return decide();
  }

  /** Asks the server how things stand. Without an answer the page is hidden once its own clock says that time is up. */
  async function ask() {
    clearTimeout(timer);
    try {
      take(await inTurn(() => fetched(dialog.dataset.stateUrl)));
    } catch {
      const { idle, left } = now();
      if (Math.min(idle, left) <= 0) show("offline");
      timer = setTimeout(ask, ASK_AGAIN * 1000);
    }
  }

  async function prolong() {
    try {
      const headers = { "X-CSRFToken": token };
      take(await fetched(dialog.dataset.continueUrl, { method: "POST", headers }));
      channel.postMessage("changed");
    } catch {
      ask();
    }
  }

  function decide() {
    const { idle, left } = now();
    const last = left <= idle;
    const typing = Date.now() - typed < WARN_IDLE * 1000;
    if ((last || idle > WARN_IDLE) && left <= WARN_LEFT && !later) return show("left");
    if (!last && idle <= WARN_IDLE && typing && !kind) return prolong();
    if (!last && idle <= WARN_IDLE) return show("idle");
    if (kind) hide();
    return plan();
  }

  function show(what) {
    if (kind === what) return;
    kind = what;
    document.documentElement.classList.toggle("session-over", what === "offline");
    for (const element of dialog.querySelectorAll("[data-session-for]")) element.hidden = !element.dataset.sessionFor.split(" ").includes(what);
    tell();
    if (!dialog.open) dialog.showModal(); // a field that loses the focus says that it changed; nobody did anything
    dialog.querySelector("h1").focus();
    clearInterval(ticking);
    ticking = setInterval(tick, 1000);
  }

  function hide() {
    kind = "";
    clearInterval(ticking);
    document.documentElement.classList.remove("session-over");
    dialog.close();
    const changed = held;
    held = null;
    changed?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const remaining = () => Math.max(0, Math.ceil(kind === "left" ? now().left : now().idle));

  function tell() {
    const seconds = remaining();
    const minutes = Math.ceil(seconds / 60);
    const { minutesText, minuteText, secondsText, offlineText } = dialog.dataset;
    const text = seconds < 60 ? secondsText.replace("{}", seconds) : minutes === 1 ? minuteText : minutesText.replace("{}", minutes);
    const heading = dialog.querySelector("h1");
    const shown = kind === "offline" ? offlineText : text;
    if (heading.textContent !== shown) heading.textContent = shown;
    part("clock").textContent = kind === "offline" ? "" : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (SPOKEN.includes(seconds) && kind !== "offline") part("status").textContent = text;
  }

  function tick() {
    if (kind === "offline") return;
    tell();
    if (remaining() <= 0 || passed() >= ASK_AGAIN) ask();
  }

  const unsaved = () => [...document.querySelectorAll("form[data-dirty]")].filter((form) => {
    const question = { changed: false };
    form.dispatchEvent(new CustomEvent("indberet:unsaved", { detail: question }));
    return question.changed;
  });

  /** Sends a form to be kept; where to go back to it. An answer that it was not kept is an answer. */
  async function keep(form) {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "Indberet-Keep": "1" }, redirect: "manual" });
    if (response.status >= 500) throw new Error(`${response.status}`);
    return response.headers.get("Indberet-Page");
  }

  /** The log-in has ended. First nothing is seen any more, then what was typed is kept, then the page is left. */
  async function end(how) {
    clearTimeout(timer);
    if (ending) return;
    ending = true;
    document.documentElement.classList.add("session-over");
    try {
      let back = "";
      for (const form of unsaved()) back = (await inTurn(() => keep(form))) || back;
      document.dispatchEvent(new CustomEvent("indberet:leaving"));
      channel.postMessage("changed");
      const next = new URLSearchParams({ next: back || window.location.pathname });
      window.location.replace(`${dialog.dataset.endedUrl.replace("logout", how)}?${next}`);
    } catch {
      ending = false;
      show("offline");
      timer = setTimeout(ask, ASK_AGAIN * 1000);
    }
  }

  /** Before time is up: what is typed is kept, and one logs in anew. */
  async function again() {
    const pages = [];
    for (const form of unsaved()) pages.push(await inTurn(() => keep(form)));
    document.dispatchEvent(new CustomEvent("indberet:leaving"));
    const next = new URLSearchParams({ next: pages.find(Boolean) || window.location.pathname });
    window.location.assign(`${dialog.dataset.loginUrl}?${next}`);
  }

  const deeds = {
    continue: prolong,
    again: () => again().catch(ask),
    later() {
      later = true;
      hide();
      plan();
    },
    retry: ask,
  };
  dialog.addEventListener("click", (event) => deeds[event.target.closest?.("[data-session-do]")?.dataset.sessionDo]?.());
  // Esc: somebody is there.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (kind === "idle") prolong();
    else if (kind === "left") deeds.later();
  });
  document.addEventListener("input", (event) => {
    if (event.isTrusted) typed = Date.now(); // by a person, not by a script
  });
  const hold = (event) => {
    if (!kind) return;
    event.stopImmediatePropagation();
    held = event.target;
  };
  window.addEventListener("change", hold, { capture: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) ask();
  });
  channel.addEventListener("message", ({ data }) => {
    if (data !== me) ask();
  });
  channel.postMessage(me); // a tab that somebody else left behind asks
  plan();
}

if (dialog) watch();
else channel.postMessage("changed"); // nobody is logged in here: the other tabs ask whether that goes for them
