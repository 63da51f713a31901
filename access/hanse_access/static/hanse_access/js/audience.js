/*
 * Live count of the audience, and a check box that chooses its card. Without this script the field works all the same.
 * Where a form is saved while one types, which leaves the audience alone, it is said that a choice is not in force yet,
 * and the browser asks before the choice is lost.
 */
class AudienceField extends HTMLElement {
  #asked = 0;
  #loaded = "";
  #sent = false;

  connectedCallback() {
    this.addEventListener("change", (event) => this.#changed(event.target));
    this.#loaded = this.#choice();
    const form = this.closest("form");
    const hint = form?.querySelector("[data-audience-unsaved] > span");
    if (!hint) return;
    this.addEventListener("change", () => (hint.hidden = this.#choice() === this.#loaded));
    form.addEventListener("submit", () => (this.#sent = true));
    window.addEventListener("pageshow", () => (this.#sent = false));
    window.addEventListener("beforeunload", (event) => {
      if (!hint.hidden && !this.#sent) event.preventDefault();
    });
  }

  #choice() {
    return [...this.querySelectorAll("input:checked")].map((input) => `${input.name}=${input.value}`).join();
  }

  #changed(input) {
    const card = input.closest(".audience-card");
    if (!card) return;
    if (input.type === "checkbox" && input.checked) card.querySelector("input[type=radio]").checked = true;
    this.#count();
  }

  async #count() {
    const output = this.querySelector("output");
    const radio = this.querySelector("input[type=radio]:checked");
    if (!radio) return;
    const url = new URL(this.dataset.reachUrl, window.location.href);
    url.searchParams.set("kind", radio.value);
    for (const box of radio.closest(".audience-card").querySelectorAll("input[type=checkbox]:checked")) {
      url.searchParams.append(box.dataset.countsAs, box.value);
    }
    if (this.dataset.about) url.searchParams.set("about", this.dataset.about);
    const number = ++this.#asked;
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.status);
      const { text } = await response.json();
      if (number !== this.#asked) return;
      output.textContent = text;
      output.hidden = !text;
    } catch {
      if (number === this.#asked) output.hidden = true;
    }
  }
}

customElements.define("audience-field", AudienceField);
