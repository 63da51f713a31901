/* Keeps the numbers in the frame of an open page true: notifications, and what is new in the rooms of the side bar. */

import { Live } from "./live.js";

/* several things at once are asked for once */
const GATHER = 400;
const address = document.querySelector("script[data-frame]").dataset.frame;
const parts = [...document.querySelectorAll("[data-frame-part]")];
const title = document.title;
let waiting = null;
let stale = false;

function numbers(frame) {
  if (frame.type === "notified") {
    document.title = frame.unread ? `(${frame.unread}) ${title}` : title;
  } else if (frame.type !== "counts") return;
  /* A page that nobody looks at asks when somebody does. */
  if (document.hidden) stale = true;
  else soon();
}

function soon() {
  stale = false;
  window.clearTimeout(waiting);
  waiting = window.setTimeout(ask, GATHER);
}

async function ask() {
  let found;
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) return;
    found = await response.json();
  } catch {
    return; // with the connection the next hint comes
  }
  for (const part of parts) if (found[part.dataset.framePart] !== undefined) redraw(part, found[part.dataset.framePart]);
}

/* Whoever is in it with the keyboard stays where they were. */
function redraw(part, html) {
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const drawn = new DOMParser().parseFromString(html, "text/html").body;
  for (const link of drawn.querySelectorAll("a[href]")) {
    if (link.getAttribute("href") === window.location.pathname) link.setAttribute("aria-current", "page");
  }
  part.replaceChildren(...drawn.childNodes);
  if (focused) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && stale) soon();
});
/* The page of a chat has its connection already, and hands on what concerns the frame. */
document.addEventListener("hanse:live", (event) => numbers(event.detail));
if (!document.querySelector("[data-chat]")) new Live({ heard: numbers });
