/*
 * Wagtail saves while one types. A press on "Publish" in the meantime would send the form of a new page a second time to
 * the address that makes one, and there would be two. So a form is sent when the saving under way has ended, and no
 * other saving begins after that.
 */
const form = document.querySelector("form[data-edit-form]");
let saving = false;
let sending = false;
let waiting = null;

function send() {
  // The button itself may be disabled by now, and would be left out.
  if (waiting.name) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: waiting.name, value: waiting.value });
    form.append(input);
  }
  waiting = null;
  form.requestSubmit();
}

function ended() {
  saving = false;
  if (waiting) send();
}

function submitted(event) {
  if (event.target !== form) return;
  sending = true;
  if (!saving) {
    setTimeout(() => (sending = !event.defaultPrevented));
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting ??= { name: event.submitter?.name, value: event.submitter?.value };
}

if (form) {
  form.addEventListener("w-autosave:save", (event) => {
    if (sending) event.preventDefault();
    else saving = true;
  });
  form.addEventListener("w-autosave:success", ended);
  form.addEventListener("w-autosave:error", ended);
  window.addEventListener("submit", submitted, { capture: true });
  window.addEventListener("pageshow", () => (sending = false));
}
