/* Acting on messages: the same addresses as their forms, without leaving the page. */

export function offerActs({ messages, settings, words, token }) {
  const list = messages.list;
  const asJson = { Accept: "application/json" };

  list.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-act-path]");
    if (!form) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const state = form.closest(".msg").querySelector("[data-slot=state]");
    try {
      const response = await fetch(form.action, { method: "POST", body: data, headers: { ...asJson, "X-CSRFToken": token } });
      const answer = await response.json().catch(() => ({}));
      if (!answer.message) throw new Error(answer.error ?? (response.redirected ? words.signedOut : words.lost));
      messages.put(answer.message);
      messages.find(answer.message.id)?.focus({ preventScroll: true });
    } catch (error) {
      state.hidden = false;
      /* fetch itself says that in the words of the browser */
      state.textContent = error instanceof TypeError ? words.offline : error.message;
    }
  });

  /* The text of one's own message, when it is opened to be changed. */
  list.addEventListener(
    "toggle",
    async (event) => {
      const details = event.target;
      /* The menu of the last message would be under the field. */
      if (details.open) details.querySelector(":scope > .card, :scope > form")?.scrollIntoView({ block: "nearest" });
      if (!details.matches("[data-slot=edit]") || !details.open) return;
      const box = details.querySelector("textarea");
      if (box.value) return;
      /* Not to be written in before it is there: what came late would take the place of what was typed. */
      box.readOnly = true;
      try {
        const response = await fetch(`${settings.messages}${details.closest(".msg").dataset.id}/`, { headers: asJson });
        if (response.ok) box.value = (await response.json()).message.body ?? "";
      } catch {
        /* without a connection the message is written anew */
      } finally {
        box.readOnly = false;
        box.focus();
      }
    },
    true,
  );
}
