// @ts-check
/**
 * <desk-command>: says what a typed line would do before it is done.
 *
 * Tab completes as far as there is only one way, Escape goes away and never acts, Enter
 * sends the form; the server does nothing with a line that it can read in two ways.
 * Attribute data-url: asked with the line and the call in hand, answers
 * {completed, is_certain, choices}.
 */
export class DeskCommand extends HTMLElement {
  /** @type {AbortController | null} */
  #life = null;
  #lookUp = 0;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("input", () => this.#lookUpLine(), { signal });
    this.addEventListener("keydown", (event) => this.#onKey(event), { signal });
  }

  disconnectedCallback() {
    this.#life?.abort();
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[name=line]"));
  }

  /** Empty the line and give the keyboard back to the desk. */
  clear() {
    this.#lookUp += 1;
    this.#field.value = "";
    this.#show([], false);
    /** @type {HTMLElement | null} */ (document.querySelector("#desk-work"))?.focus({
      preventScroll: true,
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing || event.target !== this.#field) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.clear();
    } else if (event.key === "Tab" && !event.shiftKey) {
      const { completed } = this.#field.dataset;
      if (!completed || completed === this.#field.value) return;
      event.preventDefault();
      this.#field.value = completed;
      this.#lookUpLine();
    }
  }

  async #lookUpLine() {
    const mine = ++this.#lookUp;
    const field = this.#field;
    delete field.dataset.completed;
    if (!field.value.trim()) return this.#show([], false);
    const call = /** @type {HTMLInputElement | null} */ (
      this.querySelector("[data-here]")
    );
    const query = new URLSearchParams({ line: field.value, call: call?.value ?? "" });
    try {
      const answer = await fetch(`${this.dataset.url}?${query}`);
      if (!answer.ok || mine !== this.#lookUp) return;
      const { completed, choices, is_certain } = await answer.json();
      if (mine !== this.#lookUp) return;
      field.dataset.completed = completed;
      this.#show(choices, is_certain);
    } catch {
      this.#show([], false);
    }
  }

  /**
   * @param {string[]} choices
   * @param {boolean} isCertain
   */
  #show(choices, isCertain) {
    const means = /** @type {HTMLElement | null} */ (
      this.querySelector(".command__means")
    );
    if (!means) return;
    means.hidden = !choices.length;
    means.dataset.certain = String(isCertain);
    means.textContent = (isCertain ? "⏎ " : "… ") + choices.join("   ");
  }
}

customElements.define("desk-command", DeskCommand);
