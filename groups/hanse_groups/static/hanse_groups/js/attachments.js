/* Files of messages: those that a message brings, and those that are chosen, pasted or dropped for one that is written.
   Each is sent at once and by itself, with its own progress; the message then names them. What is attached is kept like a
   draft, until it is sent or taken away. */

import { fill } from "./texts.js";
import { sendFile } from "./uploading.js";

const STEPS = ["byte", "kilobyte", "megabyte", "gigabyte"];

export function sizeText(size, language) {
  const step = Math.min(STEPS.length - 1, Math.floor(Math.log2(Math.max(1, size)) / 10));
  return new Intl.NumberFormat(language, { style: "unit", unit: STEPS[step], maximumFractionDigits: 1 }).format(size / 1024 ** step);
}

function element(name, values = {}, ...children) {
  const made = Object.assign(document.createElement(name), values);
  made.append(...children);
  return made;
}

/* As includes/message_file.html draws it. */
export function drawFiles(place, files, words) {
  const language = document.documentElement.lang;
  place.hidden = files.length === 0;
  place.replaceChildren(
    ...files.map((file) => {
      const name = element("bdi", { textContent: file.name });
      const link = element(file.page ? "a" : "span", {}, name);
      if (file.page) link.href = file.page;
      if (file.thumb) {
        const picture = element("img", { src: file.thumb, alt: "", loading: "lazy" });
        if (file.width) Object.assign(picture, { width: file.width, height: file.height });
        link.prepend(picture);
      }
      const about = element("span", { className: "small", textContent: file.infected ? words.infected : sizeText(file.size, language) });
      return element("li", { className: "message-file" }, link, " ", about);
    }),
  );
}

export class Attachments {
  constructor({ chat, field, settings, words, token, say }) {
    Object.assign(this, { settings, words, token, say });
    this.input = chat.querySelector("[data-attach]");
    this.list = chat.querySelector("[data-attached]");
    this.place = ["hanse.attached", settings.conversation, settings.thread, settings.own].filter(Boolean).join(".");
    /* Taken in before this page: kept in this browser, or refused together with a message that was sent as a form. */
    this.files = this.kept();
    for (const row of this.list.querySelectorAll("[data-taken]")) {
      if (!this.files.some((file) => file.id === row.dataset.taken)) {
        this.files.push({ id: row.dataset.taken, name: row.querySelector("bdi").textContent, size: 0 });
      }
    }
    this.draw();
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
      field.focus();
    });
    field.addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
    this.takeDrops(chat);
  }

  takeDrops(chat) {
    const holds = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    chat.addEventListener("dragover", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      chat.classList.add("dropping");
    });
    chat.addEventListener("dragleave", (event) => {
      if (!chat.contains(event.relatedTarget)) chat.classList.remove("dropping");
    });
    chat.addEventListener("drop", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      chat.classList.remove("dropping");
      this.add([...event.dataTransfer.files].filter((file) => file.size > 0 || file.type));
    });
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.place)) ?? [];
    } catch {
      return [];
    }
  }

  store() {
    const done = this.files.filter((file) => file.id).map(({ id, name, size }) => ({ id, name, size }));
    try {
      if (done.length) localStorage.setItem(this.place, JSON.stringify(done));
      else localStorage.removeItem(this.place);
    } catch {
      /* Without storage what is attached lives as long as the page. */
    }
  }

  get isEmpty() {
    return this.files.length === 0;
  }

  /* Waits for what is on its way. False when something was refused: it stays, with the reason beside it. */
  async settled() {
    await Promise.all(this.files.map((file) => file.done));
    return this.files.every((file) => file.id);
  }

  /* What goes with the message; nothing is attached any more. */
  take() {
    const taken = this.files.map(({ id, name, size }) => ({ id, name, size }));
    this.files = [];
    this.store();
    this.draw();
    return taken;
  }

  /* Of a message that was refused. */
  putBack(files) {
    this.files.push(...files);
    this.store();
    this.draw();
  }

  add(files) {
    for (const file of files) this.begin(file);
    this.draw();
  }

  begin(upload) {
    const file = { name: upload.name, size: upload.size, progress: 0 };
    if (/^image\/(png|jpeg|gif|webp)$/.test(upload.type)) file.preview = URL.createObjectURL(upload);
    this.files.push(file);
    if (this.files.length > this.settings.most_files) file.error = fill(this.words.tooMany, { most: this.settings.most_files });
    else if (upload.size > this.settings.largest_file) file.error = this.words.tooLarge;
    if (file.error) {
      this.say(`${file.name}: ${file.error}`);
      return;
    }
    const sending = sendFile(this.settings.attach, {
      file: upload,
      field: "file",
      token: this.token,
      progress: (part) => {
        if (file.bar) file.bar.value = part;
      },
    });
    file.abort = sending.abort;
    file.done = sending.done.then(({ ok, status, answer }) => {
      if (status === -1) return;
      if (ok) Object.assign(file, answer.file);
      else file.error = answer.error || (status === 413 ? this.words.tooLarge : this.words.notSent);
      this.say(ok ? fill(this.words.attached, { name: file.name }) : `${file.name}: ${file.error}`);
      this.store();
      this.draw();
    });
  }

  remove(file) {
    this.files = this.files.filter((other) => other !== file);
    this.store();
    this.draw();
    this.input.focus();
    if (!file.id) file.abort?.();
    else {
      const headers = { Accept: "application/json", "X-CSRFToken": this.token };
      /* What is not heard is removed after a day. */
      fetch(`${this.settings.attach}${file.id}/remove/`, { method: "POST", headers }).catch(() => {});
    }
  }

  draw() {
    this.list.hidden = this.isEmpty;
    this.list.replaceChildren(...this.files.map((file) => this.row(file)));
  }

  row(file) {
    const row = element("li", { className: "message-file" });
    if (file.preview) row.append(element("img", { src: file.preview, alt: "" }));
    row.append(element("bdi", { textContent: file.name }), " ");
    if (file.error) row.append(element("span", { className: "small refused", textContent: file.error }));
    else if (!file.id) {
      file.bar ??= element("progress", { max: 1, value: 0 });
      file.bar.setAttribute("aria-label", file.name);
      row.append(file.bar);
    } else if (file.size) row.append(element("span", { className: "small", textContent: sizeText(file.size, document.documentElement.lang) }));
    const away = element("button", { type: "button", className: "button quiet", textContent: "×" });
    away.setAttribute("aria-label", fill(this.words.takeAway, { name: file.name }));
    away.addEventListener("click", () => this.remove(file));
    row.append(" ", away);
    return row;
  }
}
