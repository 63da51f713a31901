/* Wagtail's admin under a strict Content-Security-Policy; see hanse_base/csp.py and ADR 0010. */
(() => {
  "use strict";

  const functions = new Set(["createTaskChooser", "initDateChooser", "initDateTimeChooser", "initTimeChooser"]);
  const constructors = new Set([
    "Chooser",
    "DocumentChooser",
    "ImageChooser",
    "InlinePanel",
    "MultipleChooserPanel",
    "PageChooser",
    "SnippetChooser",
  ]);

  /* Calls one of Wagtail's initialisers, once, when the element enters the page. */
  customElements.define(
    "csp-init",
    class extends HTMLElement {
      connectedCallback() {
        if (this.hasAttribute("done")) return;
        this.setAttribute("done", "");
        const name = this.getAttribute("fn");
        const args = JSON.parse(this.getAttribute("args"));
        if (functions.has(name)) {
          window[name](...args);
        } else if (constructors.has(name)) {
          new window[name](...args);
        } else {
          throw new Error(`csp-init: ${name} is not an initialiser of Wagtail`);
        }
      }
    },
  );

  /* A <style> element made by a script would be refused. This one hands its text to a constructed style sheet,
     which the policy allows, as only a script that is allowed itself can make one. */
  customElements.define(
    "csp-style",
    class extends HTMLElement {
      #sheet = new CSSStyleSheet();
      #text = "";
      #observer = new MutationObserver(() => this.#read());

      /* Only when the text differs: replacing would drop the rules that a library has inserted. */
      #read() {
        if (this.textContent === this.#text) return;
        this.#text = this.textContent;
        this.#sheet.replaceSync(this.#text);
      }

      /* as in HTMLStyleElement: libraries insert rules by it */
      get sheet() {
        return this.isConnected ? this.#sheet : null;
      }

      connectedCallback() {
        this.hidden = true;
        this.#read();
        this.#observer.observe(this, { characterData: true, childList: true, subtree: true });
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
      }

      disconnectedCallback() {
        this.#observer.disconnect();
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
      }
    },
  );

  const createElement = document.createElement;
  document.createElement = function (name, options) {
    return createElement.call(this, String(name).toLowerCase() === "style" ? "csp-style" : name, options);
  };
})();
