/* A field that suggests: an editable combobox with a list (WAI-ARIA Authoring Practices). Without this it is a plain
   form. The list is made by the server, under the rule; here it is shown and walked through. */

const PAUSE = 150;

class Suggesting {
  constructor(field) {
    this.field = field;
    this.list = document.getElementById(field.dataset.suggestList);
    this.status = document.getElementById(field.dataset.suggestStatus);
    this.asked = 0;
    this.chosen = -1;
    /* A search field is no combobox; the keyboard of telephones stays that of a search. */
    field.type = "text";
    field.enterKeyHint = "search";
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) field.setAttribute(name, value);
    field.addEventListener("input", () => this.soon());
    field.addEventListener("keydown", (event) => this.pressed(event));
    field.addEventListener("click", () => this.soon());
    field.addEventListener("blur", () => this.close());
    field.form.addEventListener("submit", () => this.close());
    /* The field keeps the focus; otherwise the list would be gone before the click. */
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.go(event.target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  soon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const number = ++this.asked;
    const address = new URL(this.field.dataset.suggest, window.location.href);
    address.searchParams.set("q", this.field.value);
    let html = "";
    try {
      const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
      html = answer.ok ? await answer.text() : "";
    } catch {
      /* Suggestions are an offer; the form works without. */
    }
    if (number !== this.asked || document.activeElement !== this.field) return;
    this.list.innerHTML = html;
    this.open();
  }

  open() {
    const number = this.options.length;
    this.choose(-1);
    this.list.hidden = number === 0;
    this.field.setAttribute("aria-expanded", String(number > 0));
    const { none, one, several } = this.status.dataset;
    this.status.textContent = this.field.value && number === 0 ? none : number === 1 ? one : number ? several.replace("0", number) : "";
  }

  close() {
    this.asked += 1;
    window.clearTimeout(this.timer);
    this.list.hidden = true;
    this.choose(-1);
    this.field.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
  }

  choose(number) {
    const options = this.options;
    options[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = number;
    const option = options[number];
    if (!option) {
      this.field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  go(option) {
    if (option) window.location.assign(option.dataset.url);
  }

  pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const number = this.options.length;
    const isOpen = !this.list.hidden && number > 0;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && isOpen && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      /* Between the last and the first the field itself is chosen. */
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(((this.chosen + 1 + step + number + 1) % (number + 1)) - 1);
    } else if (event.key === "ArrowDown" && event.altKey) {
      event.preventDefault();
      this.ask();
    } else if (event.key === "Enter" && isOpen && this.chosen >= 0) {
      event.preventDefault();
      this.go(this.options[this.chosen]);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.close();
    }
  }
}

for (const field of document.querySelectorAll("[data-suggest]")) new Suggesting(field);

/* Arrows move between the results; from the first one up to the field. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
  const field = document.querySelector("[data-results-below]");
  const links = [...document.querySelectorAll(".found :is(h3, h4) a")];
  const at = links.indexOf(document.activeElement);
  if (!field || links.length === 0 || (at < 0 && document.activeElement !== field)) return;
  if (at < 0 && event.key === "ArrowUp") return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  (next < 0 ? field : links[Math.min(next, links.length - 1)]).focus();
});
