/* What makes working pages more comfortable; every page works without it. */

/* "/" moves to the search, as in most tools for people who type. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("[data-shortcut='/']");
  if (search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

/* After a refused form the summary of the errors is read first. */
document.querySelector("[data-error-summary]")?.focus();

/* A form that was sent is not sent twice. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("data-resend")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  window.setTimeout(() => delete form.dataset.sent, 8000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* A part that could not be fetched says so. */
const alerts = document.querySelector("[data-alerts]");
const tell = (text) => {
  if (!alerts) return;
  alerts.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  alerts.hidden = false;
};
document.addEventListener("htmx:sendError", () => tell(alerts?.dataset.offline));
document.addEventListener("htmx:responseError", () => tell(alerts?.dataset.failed));
document.addEventListener("htmx:afterOnLoad", () => {
  if (alerts) alerts.hidden = true;
});

/* Whoever pressed something that went with the part it was in goes on at that part's heading, not at the top of the page. */
let left = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  left = event.detail.target.contains(document.activeElement) ? event.detail.target.id : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (left && document.activeElement === document.body) {
    document.getElementById(left)?.querySelector("[data-goes-on]")?.focus();
  }
  left = null;
});

/* What is shown in order to be copied. Where the browser has no clipboard for pages the field is there to select. */
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[role=status]");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    /* Emptied first, so that a second copy is said again. */
    status.textContent = "";
    let isDone = true;
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      isDone = false;
      field.select();
    }
    window.setTimeout(() => (status.textContent = isDone ? status.dataset.copied : status.dataset.byHand), 50);
  });
}
