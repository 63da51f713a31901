/* Says beside the button that a passkey was not used; allauth would only log it. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const note = document.querySelector("[data-passkey-error]");
  if (note) note.hidden = false;
});
