/* Ticks or clears all languages of wagtail-localize's form at once. */
document.addEventListener("change", (event) => {
  if (event.target.name !== "select_all") return;
  for (const box of event.target.form.querySelectorAll('[name="locales"]')) box.checked = event.target.checked;
});
