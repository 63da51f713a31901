/* Live count of the audience, and a check box that chooses its card. Without this script the field works all the same. */
class AudienceField extends HTMLElement {
  #asked = 0;

  connectedCallback() {
    this.addEventListener("change", (event) => this.#changed(event.target));
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
      url.searchParams.append("id", box.value);
    }
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
