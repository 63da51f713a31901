/* Keeps the numbers in the frame of an open page true: notifications, those of the navigation, and what is new in the
   rooms and conversations of the side bar. */

import { Live } from "./live.js";

/* several things at once are asked for once; a page that nobody looks at has time */
const GATHER = 400;
const GATHER_BEHIND = 3_000;
const address = document.querySelector("script[data-frame]").dataset.frame;
const parts = [...document.querySelectorAll("[data-frame-part]")];
const title = document.title;
let waiting = null;

function changed(frame) {
  if (frame.type !== "counts" || waiting) return;
  /* What was read takes numbers away: without any there is nothing to ask for. Notifications tell of themselves. */
  if (frame.read && !document.querySelector(":is([data-frame-part=side], [data-frame-part=count-messages]) .count")) return;
  waiting = window.setTimeout(ask, document.hidden ? GATHER_BEHIND : GATHER);
}

async function ask() {
  waiting = null;
  let found;
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) return;
    found = await response.json();
  } catch {
    return; // with the connection the next hint comes
  }
  for (const part of parts) {
    if (found[part.dataset.framePart] !== undefined) redraw(part, found[part.dataset.framePart]);
  }
  repeat();
  const unread = Number(document.querySelector("[data-frame-part] [data-news]")?.dataset.news ?? 0);
  document.title = unread ? `(${unread}) ${title}` : title;
}

/* Other numbers of the page for what stands in the side bar, as in the list of rooms. */
function repeat() {
  for (const place of document.querySelectorAll("[data-count-of]")) {
    const link = document.querySelector(`[data-frame-part=side] a[href="${CSS.escape(place.dataset.countOf)}"]`);
    if (!link) continue;
    const count = link.querySelector(".count");
    place.replaceChildren(...(count ? [count.cloneNode(true)] : []));
  }
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

/* The page of a chat has its connection already, and hands on what concerns the frame. */
document.addEventListener("hanse:live", (event) => changed(event.detail));
if (!document.querySelector("[data-chat]")) new Live({ heard: changed });
