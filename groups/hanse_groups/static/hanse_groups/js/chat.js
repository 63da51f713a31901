/* Keeps the page of a chat up to date. Without it the page shows the newest messages and its form works. */

import { offerActs } from "./acts.js";
import { Arrivals } from "./arrivals.js";
import { Around } from "./around.js";
import { Attachments } from "./attachments.js";
import { Live } from "./live.js";
import { offerMentions } from "./mentions.js";
import { Messages } from "./messages.js";
import { Outbox } from "./outbox.js";
import { Outgoing } from "./outgoing.js";
import { fill, plain } from "./texts.js";
import { Typists } from "./typists.js";

const settings = JSON.parse(document.getElementById("chat-settings").textContent);
const words = document.querySelector("[data-words]").dataset;
const chat = document.querySelector("[data-chat]");
const part = (name) => chat.querySelector(`[data-${name}]`);
const log = part("log");
const compose = part("compose");
const field = part("body");
const token = compose?.querySelector("[name=csrfmiddlewaretoken]").value;
const TYPING_EVERY = 3_000;
/* pixels from either end at which the next page is fetched */
const NEAR = 120;

const messages = new Messages({
  list: part("messages"),
  log,
  model: document.querySelector("[data-message-model]"),
  settings,
  words,
});
/* Dates as this browser's owner reads them. */
messages.markDays();

/* Reading */

let lastRead = settings.last_read;
let reading = null;
/* The newest that is known: with the end of the log the answers in threads are seen too, which it counts. */
let newest = settings.newest;

/* A thread shows a part of what was said, so what is read is told by the log alone. */
function markRead() {
  const seq = newest;
  if (settings.thread || document.hidden || !document.hasFocus() || !messages.isAtEnd || moreAfter || seq <= lastRead) return;
  lastRead = seq;
  window.clearTimeout(reading);
  reading = window.setTimeout(() => {
    const data = new FormData();
    data.set("seq", lastRead);
    const headers = { Accept: "application/json", "X-CSRFToken": token ?? csrfOfPage() };
    fetch(settings.read, { method: "POST", body: data, headers }).catch(() => {
      lastRead = 0;
    });
  }, 300);
}

function csrfOfPage() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

log.addEventListener("scroll", markRead, { passive: true });
window.addEventListener("focus", markRead);
document.addEventListener("visibilitychange", markRead);

/* What comes in */

let moreAfter = settings.more_after;
/* While a page of the past is on its way: what was told meanwhile, of which the page may know nothing yet. */
let turning = false;
let meanwhile = [];
/* Archived while the page is open: what is typed stays in the field. */
let isShut = false;

function heard(frame) {
  if (frame.type === "changes") {
    const [atEnd, known] = [messages.isAtEnd && !moreAfter, newest];
    const fresh = frame.messages.map((message) => take(message)).filter(Boolean);
    if (frame.floor) messages.dropUpTo(frame.floor);
    if (atEnd && fresh.length) messages.toEnd();
    say(fresh.filter(isOthers));
    const isSeen = atEnd && !document.hidden && document.hasFocus();
    if (!isSeen) arrivals.came(frame.messages.filter((message) => message.seq > known && belongs(message) && isOthers(message)));
    markRead();
  } else if (frame.type === "typing") typing(frame.person);
  else if (frame.type === "read") lastRead = Math.max(lastRead, frame.seq);
  else if (frame.type === "around") around.show(frame);
  if (frame.place) follow(frame.place);
  if (frame.place || frame.type === "ready" || (frame.type === "changes" && around.showsReaders)) around.soon();
  if (["counts", "read"].includes(frame.type)) {
    /* also for the frame of the page, see frame.js */
    const isRead = frame.type === "read" || Boolean(frame.read);
    document.dispatchEvent(new CustomEvent("hanse:live", { detail: { type: "counts", read: isRead } }));
  }
}

/* What the reader may do here now. A page for reading only that can be written in again is drawn anew. */
function follow(place) {
  const isOther = ["leads", "may_pin"].some((name) => settings[name] !== place[name]);
  Object.assign(settings, { leads: place.leads, may_pin: place.may_pin });
  if (isOther) messages.redrawActs();
  if (place.writable === undefined || place.writable === (settings.writable && !isShut)) return;
  if (!settings.writable) {
    window.location.reload();
    return;
  }
  isShut = !place.writable;
  compose.querySelector("button[type=submit]").disabled = isShut;
  part("shut").hidden = !isShut;
}

/* Said by somebody else, whom the reader does not block. */
function isOthers(message) {
  return Boolean(message.author) && !message.deleted && message.author.key !== settings.own && !settings.blocked.includes(message.author.key);
}

/* The message whose answers the page shows, in whose list they stand; none for the log. */
function belongs(message) {
  if (settings.thread) return message.id === settings.thread || message.thread?.id === settings.thread;
  return !message.thread?.id;
}

/* Without the beginning of a thread, which is always shown. */
function shownRows() {
  return messages.rows.filter((row) => row.dataset.id !== settings.thread);
}

/* Returns the message when it is new to this page, and told of. */
function take(message) {
  if (message.author?.key === settings.own) outbox?.arrived(message.key);
  newest = Math.max(newest, message.seq);
  const known = messages.find(message.id);
  if (!belongs(message)) {
    known?.remove();
    return null;
  }
  /* Older than what is shown, or newer while the page looks at the past: it comes with its page. */
  if (!known && (moreAfter || message.seq < Number(shownRows()[0]?.dataset.seq ?? 0))) {
    if (turning) meanwhile.push(message);
    return null;
  }
  return messages.put(message) ? message : null;
}

function say(fresh) {
  if (fresh.length === 0) return;
  const text =
    fresh.length === 1
      ? fill(words.messageFrom, { name: messages.nameOf(fresh[0].author), text: plain(fresh[0].html ?? "") })
      : fill(words.severalNew, { number: fresh.length });
  part("live").textContent = text;
}

function tell(text) {
  part("live").textContent = text;
}

const typists = new Typists({ place: part("typing"), words });

function typing(person) {
  if (person.key === settings.own || settings.blocked.includes(person.key)) return;
  typists.types(person.key, messages.nameOf(person));
}

function connection(state, why) {
  const place = part("connection");
  const texts = { live: "", polling: words.polling, offline: words.offline };
  place.textContent = state === "ended" ? (why === "no-place" ? words.lost : words.signedOut) : texts[state];
  place.hidden = !place.textContent;
  chat.dataset.state = state;
  if (state === "ended") {
    compose?.querySelector("button[type=submit]").setAttribute("disabled", "");
    if (why === "no-place") {
      part("messages").replaceChildren();
      document.querySelector(".talk-side")?.replaceChildren();
      for (const name of ["older", "newer", "typing"]) part(name).hidden = true;
    }
  } else if (state !== "offline") outbox?.send();
}

/* Writing */

const draftPlace = ["hanse.draft", settings.conversation, settings.thread, settings.own].filter(Boolean).join(".");
let outbox = null;
let answering = compose?.querySelector("[name=quoted]").value ?? "";
let attachments = null;
const onItsWay = new Outgoing({
  messages,
  settings,
  words,
  again: (key) => outbox.again(key),
  discard: (key) => outbox.remove(key),
  change: takeBack,
});

if (settings.writable) {
  outbox = new Outbox({ conversation: settings.conversation, own: settings.own, messagesUrl: settings.messages, token, changed: outgoing });
  field.value ||= localStorage.getItem(draftPlace) ?? "";
  for (const message of outbox.waiting) outgoing(message);
  offerMentions(field, part("suggestions"), settings.people.filter((person) => person.key !== settings.own));

  if (part("attach")) attachments = new Attachments({ chat, field, settings, words, token, say: tell });
  let waiting = false;

  compose.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    const isWhole = (await attachments?.settled()) ?? true;
    waiting = false;
    const body = field.value.trim();
    /* Ended, or a file was refused: what was typed stays in the field. */
    if ((!body && (attachments?.isEmpty ?? true)) || !isWhole || live.ended || isShut) return;
    outbox.add({ body, quoted: answering, thread: settings.thread, attached: attachments?.take() ?? [] });
    field.value = "";
    localStorage.removeItem(draftPlace);
    endAnswer();
    field.focus();
    messages.toEnd();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      compose.requestSubmit();
    } else if (event.key === "Escape" && answering) endAnswer();
  });
  let told = 0;
  field.addEventListener("input", () => {
    if (field.value) localStorage.setItem(draftPlace, field.value);
    else localStorage.removeItem(draftPlace);
    if (field.value && Date.now() - told > TYPING_EVERY) {
      told = Date.now();
      live.send({ type: "typing" });
    }
  });
  part("answering-end").addEventListener("click", () => {
    endAnswer();
    field.focus();
  });
  /* Sent, failed or discarded in another tab of the same person. */
  window.addEventListener("storage", (event) => {
    if (event.key !== outbox.place) return;
    onItsWay.showOnly(outbox.waiting);
    for (const message of outbox.waiting) outgoing(message);
  });
}

/* What was refused can be put right: it stands in the field again, before what was begun since. */
function takeBack(message) {
  field.value = [message.body, field.value].filter(Boolean).join("\n\n");
  localStorage.setItem(draftPlace, field.value);
  attachments?.putBack(message.attached ?? []);
  field.focus();
}

function isOfThisPage(message) {
  return (message.thread ?? "") === settings.thread;
}

function toNewest() {
  if (moreAfter) window.location.assign(settings.thread ? `${settings.permalink}?thread=${settings.thread}` : settings.permalink);
  messages.toEnd();
  markRead();
}

/* Draws what is on its way; what has arrived takes its place. */
function outgoing(message) {
  if (message.state === "arrived") {
    onItsWay.find(message.key)?.remove();
    return;
  }
  if (message.state === "sent") {
    onItsWay.find(message.key)?.remove();
    if (!isOfThisPage(message)) return;
    if (!moreAfter) take(message.stored);
    toNewest();
    return;
  }
  if (isOfThisPage(message)) onItsWay.show(message);
}

offerActs({ messages, settings, words, token });

/* Answering */

part("messages").addEventListener("click", (event) => {
  const button = event.target.closest("[data-act=quote]");
  if (!button || !compose) return;
  event.preventDefault();
  const row = button.closest(".msg");
  answering = row.dataset.id;
  const name = row.querySelector("[data-slot=name]").textContent;
  part("answering-text").textContent = fill(words.answerTo, { name, text: plain(row.querySelector("[data-slot=body]").innerHTML) });
  part("answering").hidden = false;
  compose.querySelector("[name=quoted]").value = answering;
  button.closest("details").open = false;
  field.focus();
});

function endAnswer() {
  answering = "";
  part("answering").hidden = true;
  compose.querySelector("[name=quoted]").value = "";
}

/* The past, page by page */

const inThread = settings.thread ? `thread=${settings.thread}&` : "";

/* One page more in a direction; null when it cannot be had now. */
async function turn(query) {
  if (turning) return null;
  turning = true;
  meanwhile = [];
  try {
    const response = await fetch(`${settings.messages}?${inThread}${query}`, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  } finally {
    turning = false;
  }
}

async function older() {
  const first = shownRows()[0];
  const page = first && (await turn(`before=${first.dataset.seq}`));
  if (!page) return;
  const height = log.scrollHeight;
  for (const message of page.messages) messages.put(message);
  for (const message of meanwhile.splice(0)) take(message);
  log.scrollTop += log.scrollHeight - height;
  part("older").hidden = !page.more_before;
}

async function later() {
  const page = messages.last && (await turn(`after=${messages.last.dataset.seq}`));
  if (!page) return;
  for (const message of page.messages) messages.put(message);
  moreAfter = page.more_after;
  for (const message of meanwhile.splice(0)) take(message);
  part("newer").hidden = !moreAfter;
  markRead();
}

for (const [link, act] of [[part("older").querySelector("a"), older], [part("later"), later]]) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    act();
  });
}
log.addEventListener(
  "scroll",
  () => {
    if (log.scrollTop < NEAR && !part("older").hidden) older();
    else if (moreAfter && log.scrollHeight - log.scrollTop - log.clientHeight < NEAR) later();
  },
  { passive: true },
);

/* Beginning */

function begin() {
  const target = window.location.hash && document.querySelector(`.msg${CSS.escape(window.location.hash).replace(/^\\#/, "#")}`);
  if (target) target.scrollIntoView({ block: "center" });
  else if (part("unread")) part("unread").scrollIntoView({ block: "start" });
  else messages.toEnd();
  const unread = part("unread") ? messages.rows.filter((row) => Number(row.dataset.seq) > lastRead && isStrange(row)) : [];
  arrivals.begin(unread.length);
  markRead();
}

function isStrange(row) {
  return row.dataset.author && row.dataset.author !== settings.own && !settings.blocked.includes(row.dataset.author);
}

const arrivals = new Arrivals({
  button: part("to-newest"),
  messages,
  words,
  isNewest: () => messages.isAtEnd && !moreAfter,
  lastRead: () => lastRead,
  go: toNewest,
});
const around = new Around({ settings, words, messages, ask: () => live.send({ type: "look" }) });
const live = new Live({
  conversation: settings.conversation,
  changesUrl: settings.changes,
  version: settings.version,
  heard,
  state: connection,
});
begin();
