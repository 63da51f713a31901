/* The messages of a page, in their order. Each is drawn from the model in the page, whoever sent it; what came once more
   replaces what is there. */

import { drawFiles } from "./attachments.js";

const DAY = 86_400_000;

export class Messages {
  constructor({ list, log, model, settings, words }) {
    Object.assign(this, { list, log, model, settings, words });
    this.language = document.documentElement.lang;
    /* English as it is written in Europe, like everywhere on the site. */
    const locale = this.language === "en" ? "en-GB" : this.language;
    this.time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
    this.moment = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" });
    this.date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
    this.blocked = new Set(settings.blocked);
  }

  find(id) {
    return this.list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  get rows() {
    return [...this.list.querySelectorAll(".msg[data-seq]")];
  }

  get last() {
    return this.rows.filter((row) => row.dataset.seq).at(-1);
  }

  get isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  /* Put a message where it belongs. An older state than the one shown is left out. Returns the row when it is new. */
  put(message) {
    const present = this.find(message.id);
    if (present && Number(present.dataset.version) >= message.version) return null;
    const row = this.draw(message);
    this.list.querySelector("[data-nothing]")?.remove();
    if (present) {
      const focused = present.contains(document.activeElement);
      present.replaceWith(row);
      if (focused) row.focus({ preventScroll: true });
      return null;
    }
    const after = this.rows.findLast((other) => Number(other.dataset.seq) < message.seq);
    if (after) after.after(row);
    else {
      const first = this.rows[0];
      if (first) first.before(row);
      else this.list.append(row);
    }
    /* What is being sent stays at the end. */
    this.list.append(...this.list.querySelectorAll(".msg.pending, .msg.failed"));
    this.markDays();
    return row;
  }

  /* Removed for good, with all before it. */
  dropUpTo(floor) {
    for (const row of this.rows) if (Number(row.dataset.seq) <= floor) row.remove();
    this.markDays();
  }

  draw(message) {
    const row = this.model.content.firstElementChild.cloneNode(true);
    const own = message.author?.key === this.settings.own;
    row.id = `m-${message.id}`;
    Object.assign(row.dataset, {
      id: message.id, seq: message.seq ?? "", version: message.version ?? 0, at: message.at, author: message.author?.key ?? "",
    });
    if (message.kind === "system") return this.line(row, message);
    const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
    row.classList.toggle("own", own);
    row.classList.toggle("gone", Boolean(message.deleted));
    row.classList.toggle("beginning", message.id === this.settings.thread);
    row.classList.toggle("to-me", (message.mentions ?? []).includes(this.settings.own));
    this.fillAvatar(slot("initials"), message.author);
    slot("name").textContent = this.nameOf(message.author);
    slot("organisation").textContent = message.author.organisation;
    slot("link").href = `${this.settings.permalink}?around=${message.seq}#m-${message.id}`;
    slot("time").dateTime = message.at;
    slot("time").textContent = this.time.format(new Date(message.at));
    slot("edited").hidden = !message.edited;
    slot("pinned").hidden = !message.pinned;
    this.fillBody(slot, message, own);
    const isHidden = message.deleted || (!own && this.blocked.has(message.author.key));
    drawFiles(slot("files"), isHidden ? [] : (message.files ?? []), this.words);
    this.fillQuote(slot, message.quote);
    this.fillReactions(slot("reactions"), message.reactions ?? {});
    this.fillAnswers(slot, message);
    this.fillActs(row, slot, message, own);
    return row;
  }

  /* The picture, as long as it can be had: who left the room, or removed it, stands there with initials. */
  fillAvatar(place, author) {
    place.textContent = initials(this.nameOf(author));
    if (!author.image) return;
    const picture = Object.assign(document.createElement("img"), { src: author.image, alt: "" });
    picture.addEventListener("error", () => picture.replaceWith(initials(this.nameOf(author))), { once: true });
    place.replaceChildren(picture);
  }

  /* Words in the place of a name, such as "Former member", come in each language. */
  nameOf(person) {
    return person.names?.[this.language] ?? person.name;
  }

  line(row, message) {
    row.classList.add("line");
    const text = document.createElement("p");
    text.className = "line-text";
    const time = Object.assign(document.createElement("time"), { dateTime: message.at });
    time.textContent = this.time.format(new Date(message.at));
    text.append(message.lines[this.language] ?? Object.values(message.lines)[0], " ", time);
    row.replaceChildren(text);
    return row;
  }

  fillBody(slot, message, own) {
    if (message.deleted) {
      const text = Object.assign(document.createElement("p"), { className: "muted" });
      if (message.withheld) text.textContent = this.words.withheld;
      else text.textContent = message.by_author ? this.words.deleted : this.words.deletedByLead;
      slot("body").replaceChildren(text);
      if (own && message.withheld) {
        const why = Object.assign(document.createElement("a"), { textContent: this.words.why });
        why.href = `${this.settings.messages}${message.id}/withheld/`;
        text.append(" ", why);
      } else if (own && !message.by_author) this.explain(message.id, text);
    } else if (!own && this.blocked.has(message.author.key)) {
      const text = Object.assign(document.createElement("p"), { className: "muted" });
      text.textContent = this.words.blocked;
      slot("body").replaceChildren(text);
    } else {
      /* Cleaned on the server (rendering.py), which sends nothing else. */
      slot("body").innerHTML = message.html;
    }
  }

  /* Why somebody else deleted it is told to the author alone, so it is not in what everybody gets. */
  async explain(id, place) {
    const response = await fetch(`${this.settings.messages}${id}/`, { headers: { Accept: "application/json" } }).catch(() => null);
    const reason = response?.ok ? (await response.json()).message.deletion_reason : "";
    if (reason) place.append(" ", this.words.reason.replace("{reason}", () => reason));
  }

  fillQuote(slot, quote) {
    slot("quote").hidden = !quote;
    if (!quote) return;
    slot("quote-name").textContent = this.nameOf(quote);
    if (this.blocked.has(quote.key)) slot("quote-text").textContent = this.words.blocked;
    else slot("quote-text").textContent = quote.id ? quote.text || this.words.deleted : this.words.beforeJoining;
  }

  fillReactions(place, reactions) {
    const drawn = Object.entries(reactions).map(([kind, people]) => {
      const mark = Object.assign(document.createElement("span"), { className: "reaction" });
      mark.classList.toggle("own", people.some((person) => person.key === this.settings.own));
      mark.title = people.map((person) => this.nameOf(person)).join(", ");
      mark.textContent = `${this.settings.reactions[kind] ?? kind} ${people.length}`;
      return mark;
    });
    place.replaceChildren(...drawn);
    place.hidden = drawn.length === 0;
  }

  fillAnswers(slot, message) {
    const { answers } = message;
    slot("answers").hidden = !answers || message.id === this.settings.thread;
    if (!answers) return;
    slot("thread-link").href = `${this.settings.permalink}?thread=${message.id}`;
    slot("thread-link").textContent =
      answers.count === 1 ? this.words.answer : this.words.answers.replace("{number}", answers.count);
    slot("answers-at").textContent = this.words.newestAnswer.replace("{time}", this.moment.format(new Date(answers.at)));
    /* It came while the page was open. */
    slot("answers-new").hidden = answers.seq <= this.settings.newest;
  }

  fillActs(row, slot, message, own) {
    const acts = slot("acts");
    if (!acts) return;
    if (message.deleted || !message.seq) {
      acts.remove();
      return;
    }
    for (const form of acts.querySelectorAll("form[data-act-path]")) {
      form.action = `${this.settings.messages}${message.id}/${form.dataset.actPath}`;
    }
    const quote = slot("quote-act");
    if (quote) quote.href = `${this.settings.permalink}?quote=${message.id}#body`;
    const thread = slot("thread-act");
    if (thread) {
      thread.href = `${this.settings.permalink}?thread=${message.id}#body`;
      thread.hidden = Boolean(message.thread);
    }
    const pin = slot("pin");
    if (!this.settings.may_pin) pin?.remove();
    else if (pin) {
      pin.action = `${this.settings.messages}${message.id}/${message.pinned ? "unpin" : "pin"}/`;
      pin.querySelector("button").textContent = message.pinned ? this.words.unpin : this.words.pin;
    }
    const edit = slot("edit");
    if (edit) {
      if (own) {
        edit.hidden = false;
        const field = edit.querySelector("textarea");
        field.id = `edit-${message.id}`;
        edit.querySelector("label").htmlFor = field.id;
      } else edit.remove();
    }
    /* Neither one's own, nor of somebody who is gone. */
    const [report, block] = [slot("report"), slot("block")];
    report.href = this.settings.report.replace("{id}", message.id);
    block.action = this.settings.block.replace("{id}", message.id);
    if (own) report.remove();
    if (own || !message.author.key) block.remove();
    if (own && !this.settings.writable) acts.remove();
    if (own) slot("reason")?.remove();
    else if (!this.settings.leads) slot("delete")?.remove();
  }

  /* What can be done with each message, after the reader's role has changed. */
  redrawActs() {
    for (const row of this.rows) {
      const present = row.querySelector("[data-slot=acts]");
      if (!present) continue;
      const acts = this.model.content.querySelector("[data-slot=acts]").cloneNode(true);
      const isFocused = present.contains(document.activeElement);
      const inThread = present.querySelector("[data-slot=thread-act]")?.hidden;
      present.replaceWith(acts);
      const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
      const { id, seq, author } = row.dataset;
      const message = { id, seq: Number(seq), pinned: !slot("pinned").hidden, thread: inThread, author: { key: author } };
      this.fillActs(row, slot, message, author === this.settings.own);
      if (isFocused) row.focus({ preventScroll: true });
    }
  }

  /* A line before the first message of each day. */
  markDays() {
    for (const mark of this.list.querySelectorAll(".day")) mark.remove();
    let before = "";
    for (const row of this.rows) {
      const at = new Date(row.dataset.at);
      const day = Math.floor((at.getTime() - at.getTimezoneOffset() * 60_000) / DAY);
      if (day !== before) {
        const mark = Object.assign(document.createElement("li"), { className: "day" });
        mark.append(Object.assign(document.createElement("span"), { textContent: this.date.format(at) }));
        const unread = row.previousElementSibling?.matches("[data-unread]") ? row.previousElementSibling : row;
        unread.before(mark);
        before = day;
      }
    }
  }
}

/* As the server does it: the first letters of the first and the last word. */
export function initials(name) {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  if (parts.length === 0) return "?";
  const letters = parts.length === 1 ? [parts[0]] : [parts[0], parts.at(-1)];
  return letters.map((part) => [...part][0].toLocaleUpperCase()).join("");
}
