// @ts-check
/**
 * <fold-menu>: a details element that closes when somebody presses Escape, presses
 * elsewhere, or moves on by keyboard. Without scripts it closes by its own summary.
 */
export class FoldMenu extends HTMLElement {
  connectedCallback() {
    document.addEventListener("pointerdown", this.#onElsewhere);
    this.addEventListener("focusout", this.#onElsewhere);
    this.addEventListener("keydown", this.#onKey);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.#onElsewhere);
    this.removeEventListener("focusout", this.#onElsewhere);
    this.removeEventListener("keydown", this.#onKey);
  }

  get #menu() {
    return this.querySelector("details");
  }

  /** @param {PointerEvent | FocusEvent} event */
  #onElsewhere = (event) => {
    const to = event instanceof FocusEvent ? event.relatedTarget : event.target;
    // A window that loses the focus is nobody moving on.
    if (to instanceof Node && !this.contains(to)) this.#menu?.removeAttribute("open");
  };

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (event.key !== "Escape" || !this.#menu?.open) return;
    this.#menu.open = false;
    this.querySelector("summary")?.focus();
  };
}

customElements.define("fold-menu", FoldMenu);
