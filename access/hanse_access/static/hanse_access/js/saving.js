/*
 * Wagtail saves while one types. A press on "Publish" in the meantime would send the form of a new page a second time to
 * the address that makes one, and there would be two. So a form is sent when the saving under way has ended, and no
 * other saving begins after that.
 *
 * When a saving has ended, Wagtail takes the form as it stands then for saved, with all that was typed in the meantime.
 * That is saved once more.
 */
const form = document.querySelector("form[data-edit-form]");
let saving = false;
let sending = false;
let waiting = null;
let sent = "";
let touched = false;

/** What the form holds, but for what a saving changes itself. */
function held() {
  const data = new FormData(form);
  for (const name of ["loaded_revision_id", "loaded_revision_created_at", "next"]) data.delete(name);
  return JSON.stringify([...data].map(([name, value]) => [name, value instanceof File ? value.name : value]));
}

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

function saved() {
  if (touched && !sending && held() !== sent) form.setAttribute("data-w-unsaved-force-value", "true");
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
    else {
      saving = true;
      touched = false;
      sent = held();
    }
  });
  for (const name of ["input", "change", "click", "keydown"]) form.addEventListener(name, () => (touched = true));
  form.addEventListener("w-autosave:success", ended);
  form.addEventListener("w-autosave:error", ended);
  // On the window: after Wagtail's own answer to it, at the form.
  window.addEventListener("w-autosave:success", saved);
  window.addEventListener("submit", submitted, { capture: true });
  window.addEventListener("pageshow", () => (sending = false));
}
