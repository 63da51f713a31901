/* Sends one file and says how far it is. Browsers tell that of XMLHttpRequest only. */

export function sendFile(address, { file, field, token, values = {}, progress }) {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  data.set(field, file, file.name);
  const request = new XMLHttpRequest();
  const done = new Promise((resolve) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        /* a page of the proxy or of the sign-in: the status says what is wrong */
      }
      resolve({ ok: request.status === 201, status: request.status, answer });
    });
    request.addEventListener("error", () => resolve({ ok: false, status: 0, answer: {} }));
    request.addEventListener("abort", () => resolve({ ok: false, status: -1, answer: {} }));
  });
  request.open("POST", address);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", token);
  request.send(data);
  return { done, abort: () => request.abort() };
}

/* A line for a file on its way: name, bar, place for what went wrong. */
export function drawUpload(file) {
  const row = document.createElement("li");
  row.className = "progress";
  const name = document.createElement("bdi");
  name.textContent = file.name;
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  bar.setAttribute("aria-label", file.name);
  const state = document.createElement("span");
  state.className = "small";
  row.append(name, bar, state);
  return { row, bar, state };
}
