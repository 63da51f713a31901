/* A filter box over the tree of topics, and what is chosen as buttons that remove it. The field works without this. */

/* Without case and umlauts, as people type: "ä" and "ae" alike. */
const fold = (text) =>
  text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ß", "ss").replace(/([aou])e/g, "$1");

class TopicField extends HTMLElement {
  #rows = [];
  #open = null;

  connectedCallback() {
    const tree = this.querySelector(".topic-tree");
    if (!tree) return;
    this.#rows = [...tree.querySelectorAll("li")].map((item) => {
      const label = item.querySelector(":scope > label > span").textContent;
      return { item, box: item.querySelector(":scope > label > input"), label, words: fold(`${label}\n${item.dataset.words ?? ""}`) };
    });
    this.addEventListener("change", (event) => this.#changed(event.target));
    this.#drawChosen();
    const filter = this.querySelector(".topic-filter");
    filter.hidden = false;
    const input = filter.querySelector("input");
    input.addEventListener("input", () => this.#filter(input.value));
    input.addEventListener("keydown", (event) => this.#typed(event, input));
  }

  /* A topic can stand among the suggestions too: both boxes say the same. */
  #changed(box) {
    if (box.type !== "checkbox") return;
    for (const other of this.querySelectorAll(`input[type=checkbox][value="${box.value}"]`)) other.checked = box.checked;
    this.#drawChosen();
  }

  #drawChosen() {
    const part = this.querySelector(".topic-chosen");
    const chosen = this.#rows.filter((row) => row.box.checked);
    part.hidden = !chosen.length;
    part.classList.toggle("too-many", chosen.length > Number(this.dataset.maximum));
    part.querySelector("[data-count]").textContent = chosen.length;
    part.querySelector("ul").replaceChildren(...chosen.map((row) => this.#chip(row)));
  }

  #chip(row) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: row.label });
    button.setAttribute("aria-label", this.dataset.remove.replace("{label}", row.label));
    button.addEventListener("click", () => {
      const place = [...button.closest("ul").children].indexOf(button.parentElement);
      row.box.checked = false;
      row.box.dispatchEvent(new Event("change", { bubbles: true }));
      const left = this.querySelectorAll(".topic-chosen button");
      (left[Math.min(place, left.length - 1)] ?? this.querySelector(".topic-filter input")).focus();
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  #typed(event, input) {
    if (event.key === "Enter") event.preventDefault(); /* would send the form */
    if (event.key === "Escape" && input.value) {
      event.preventDefault();
      input.value = "";
      this.#filter("");
    }
    if (event.key === "Enter" || event.key === "ArrowDown") {
      const first = this.#rows.find((row) => row.item.classList.contains("topic-hit"));
      if (first) {
        event.preventDefault();
        first.box.focus();
      }
    }
  }

  /* Every word typed must be in a label or another word of the topic. Branches open on the way to what is found. */
  #filter(typed) {
    const asked = fold(typed).split(/\s+/).filter(Boolean);
    const branches = this.querySelectorAll(".topic-tree details");
    this.#open ??= new Map([...branches].map((branch) => [branch, branch.open]));
    let found = 0;
    for (const row of this.#rows) {
      const hit = asked.length > 0 && asked.every((word) => row.words.includes(word));
      row.item.classList.toggle("topic-hit", hit);
      row.item.hidden = asked.length > 0;
      found += hit;
    }
    for (const hit of this.querySelectorAll(".topic-tree .topic-hit")) {
      for (let item = hit; item; item = item.parentElement.closest("li")) item.hidden = false;
    }
    for (const branch of branches) {
      branch.open = asked.length ? Boolean(branch.querySelector(".topic-hit")) : this.#open.get(branch);
    }
    if (!asked.length) this.#open = null;
    this.querySelector(".topic-found").textContent = asked.length ? this.#say(found) : "";
  }

  #say(found) {
    if (!found) return this.dataset.none;
    return found === 1 ? this.dataset.one : this.dataset.many.replace("{count}", found);
  }
}

customElements.define("topic-field", TopicField);
