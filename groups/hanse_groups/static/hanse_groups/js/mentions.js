/* "@" and some letters offer the people of the room; arrows choose, Enter or Tab takes. */

export function offerMentions(field, list, people) {
  let found = [];
  let chosen = 0;

  const typed = () => field.value.slice(0, field.selectionStart).match(/(?:^|\s)@([\p{L}\p{M}' -]{0,40})$/u)?.[1];

  const close = () => {
    list.hidden = true;
    found = [];
    field.removeAttribute("aria-activedescendant");
  };

  const draw = () => {
    list.replaceChildren(
      ...found.map((person, index) => {
        const item = Object.assign(document.createElement("li"), { id: `suggestion-${index}`, textContent: person.name });
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(index === chosen));
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(index);
        });
        return item;
      }),
    );
    list.hidden = found.length === 0;
    if (found.length) field.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
  };

  const take = (index) => {
    const before = field.value.slice(0, field.selectionStart).replace(/@[\p{L}\p{M}' -]*$/u, `@${found[index].name} `);
    const after = field.value.slice(field.selectionStart);
    field.value = before + after;
    field.setSelectionRange(before.length, before.length);
    close();
  };

  field.setAttribute("aria-controls", (list.id = "suggestions"));
  field.setAttribute("aria-autocomplete", "list");
  field.addEventListener("input", () => {
    const text = typed();
    if (text === undefined) return close();
    const wanted = text.toLocaleLowerCase();
    /* A whole name needs no help, and Enter sends. */
    if (people.some((person) => person.name.toLocaleLowerCase() === wanted)) return close();
    found = people.filter((person) => person.name.toLocaleLowerCase().startsWith(wanted)).slice(0, 6);
    chosen = 0;
    draw();
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (event.key === "Enter" || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}
