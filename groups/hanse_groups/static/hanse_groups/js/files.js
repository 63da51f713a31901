/* Bringing files: each is sent by itself, with its own progress and its own error; they can be dropped on the page. Without
   it the form sends them all at once. */

import { drawUpload, sendFile } from "./uploading.js";

const form = document.querySelector("[data-upload]");
const input = form.querySelector("input[type=file]");
const list = form.querySelector("[data-uploads]");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const words = form.dataset;

document.documentElement.classList.add("scripted");

/* One after the other: a slow line is shared by nobody, and what is refused for want of space is the last. */
let queue = Promise.resolve();
let left = 0;
let refused = 0;

function bring(files) {
  left += files.length;
  for (const file of files) {
    const drawn = drawUpload(file);
    list.append(drawn.row);
    queue = queue.then(() => send(file, drawn)).then(() => {
      left -= 1;
      /* What is here now is shown; what was refused stays to be read. */
      if (left === 0 && refused === 0) window.location.reload();
    });
  }
}

async function send(file, drawn) {
  const values = { batch: form.querySelector("[name=batch]").value };
  const { done } = sendFile(form.action, {
    file, field: "files", token, values, progress: (part) => {
      drawn.bar.value = part;
    },
  });
  const { ok, status, answer } = await done;
  drawn.bar.hidden = true;
  drawn.row.classList.toggle("refused", !ok);
  if (ok) drawn.state.textContent = words.done;
  else {
    refused += 1;
    drawn.state.textContent = answer.error || (status === 413 ? words.large : words.failed);
    if (!answer.error) offerAgain(file, drawn);
  }
  form.querySelector("[data-status]").textContent = `${file.name}: ${drawn.state.textContent}`;
}

function offerAgain(file, drawn) {
  const again = Object.assign(document.createElement("button"), { type: "button", className: "button quiet", textContent: words.again });
  again.addEventListener("click", () => {
    refused -= 1;
    drawn.row.remove();
    bring([file]);
  });
  drawn.state.append(" ", again);
}

form.addEventListener("submit", (event) => {
  if (!input.files.length) return;
  event.preventDefault();
  bring([...input.files]);
  input.value = "";
});

/* Dropped anywhere. The browser would else open the file in place of the page. */
const holds = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!holds(event)) return;
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  if (!holds(event)) return;
  event.preventDefault();
  document.body.classList.remove("dropping");
  bring([...event.dataTransfer.files].filter((file) => file.size > 0 || file.type));
});
