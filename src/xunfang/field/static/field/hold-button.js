// @ts-check
/**
 * <hold-button>: its button is held for two seconds, by finger, pen, mouse or key. What is
 * pressed by mistake in a pocket is let go of before that.
 */
const HOLD_MS = 2000;
const ASKED_FOR_MS = 5000;

class HoldButton extends HTMLElement {
  /** @type {number | undefined} */
  #timer;
  #askedAt = 0;

  connectedCallback() {
    const words = this.querySelector("[data-words]");
    if (words) words.textContent = this.dataset.wordsHold ?? "";
    this.addEventListener("click", this.#onClick);
    this.addEventListener("pointerdown", this.#begin);
    this.addEventListener("keydown", this.#onKeyDown);
    this.addEventListener("contextmenu", (event) => event.preventDefault());
    for (const end of ["pointerup", "pointercancel", "pointerleave", "keyup", "focusout"]) {
      this.addEventListener(end, this.#end);
    }
  }

  disconnectedCallback() {
    window.clearTimeout(this.#timer);
  }

  get #button() {
    return this.querySelector("button");
  }

  #begin = () => {
    if (this.#timer !== undefined) return;
    this.#button?.setAttribute("data-holding", "");
    this.#timer = window.setTimeout(this.#send, HOLD_MS);
  };

  #end = () => {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#button?.removeAttribute("data-holding");
  };

  #send = () => {
    this.#end();
    navigator.vibrate?.(200);
    this.#button?.form?.requestSubmit(this.#button);
  };

  /** @param {MouseEvent} event */
  #onClick = (event) => {
    event.preventDefault();
    // A screen reader cannot hold: it presses twice.
    if (event.detail !== 0) return;
    if (event.timeStamp - this.#askedAt < ASKED_FOR_MS) this.#send();
    this.#askedAt = event.timeStamp;
    const words = this.querySelector("[data-words]");
    if (words) words.textContent = this.dataset.wordsAgain ?? "";
  };

  /** @param {KeyboardEvent} event */
  #onKeyDown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    this.#begin();
  };
}

customElements.define("hold-button", HoldButton);
