// @ts-check
/**
 * Keys of the form in which a call is taken down: Enter saves, also from the words,
 * where Shift+Enter begins a new line; Alt+1 to Alt+4 set the urgency, Alt+0 leaves it
 * to the class. Without scripts the form works by Tab and the button.
 */
export class CallEntry extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this.#pressed);
  }

  disconnectedCallback() {
    this.removeEventListener("keydown", this.#pressed);
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    const form = this.querySelector("form");
    // While Chinese is being composed, Enter belongs to the input method.
    if (!form || event.isComposing) return;
    if (event.altKey && /^Digit[0-4]$/.test(event.code)) {
      const urgency = form.elements.namedItem("urgency");
      if (urgency instanceof HTMLSelectElement) {
        urgency.value = event.code === "Digit0" ? "" : event.code.slice(-1);
        event.preventDefault();
      }
      return;
    }
    if (
      event.key === "Enter" &&
      !event.shiftKey &&
      event.target instanceof HTMLTextAreaElement
    ) {
      event.preventDefault();
      form.requestSubmit();
    }
  };
}

customElements.define("call-entry", CallEntry);
