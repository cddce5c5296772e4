// @ts-check
/**
 * <write-down>: Enter saves, also from the words, where Shift+Enter begins a new line;
 * Alt+1 to Alt+5 say how it reached us. Without scripts the form works by Tab and button.
 */
class WriteDown extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this.#onKey);
  }

  disconnectedCallback() {
    this.removeEventListener("keydown", this.#onKey);
  }

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    const form = this.querySelector("form");
    // While Chinese is being composed, Enter belongs to the input method.
    if (!form || event.isComposing) return;
    const digit = event.altKey && /^Digit([1-5])$/.exec(event.code)?.[1];
    if (digit) {
      const radio = form.querySelectorAll("[name=channel]")[Number(digit) - 1];
      if (radio instanceof HTMLInputElement) radio.checked = true;
      event.preventDefault();
      return;
    }
    const isText = event.target instanceof HTMLTextAreaElement;
    if (event.key === "Enter" && !event.shiftKey && isText) {
      event.preventDefault();
      form.requestSubmit();
    }
  };
}

customElements.define("write-down", WriteDown);
