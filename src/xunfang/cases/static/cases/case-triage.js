// @ts-check
/**
 * <case-triage>: 1 and 2 take a suggestion, Q W E R say how urgent, Enter saves and goes
 * on, S leaves it to others. By the place of the keys, so that an input method that is
 * switched on does not matter. Without scripts the form works by Tab and its button.
 */
const URGENCY = { KeyQ: 0, KeyW: 1, KeyE: 2, KeyR: 3 };

class CaseTriage extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this.#onKey);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#onKey);
  }

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.defaultPrevented) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.matches("input:not([type=radio]), textarea, select")) return;
    if (this.#press(event, target)) event.preventDefault();
  };

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLElement} target
   * @returns {boolean} whether the key was one of ours
   */
  #press({ code, key }, target) {
    const form = this.querySelector("form");
    if (!form) return false;
    const digit = /^(?:Digit|Numpad)([12])$/.exec(code)?.[1];
    if (digit) {
      const other = form.elements.namedItem("topic");
      if (other instanceof HTMLSelectElement) other.value = "";
      return check(form.querySelector(`[name=pick][data-key="${digit}"]`));
    }
    const urgency = URGENCY[/** @type {keyof URGENCY} */ (code)];
    if (urgency !== undefined) {
      return check(form.querySelectorAll("[name=urgency]")[urgency]);
    }
    if (key === "Enter" && !target.closest("a, button")) {
      form.requestSubmit();
      return true;
    }
    if (code === "KeyS") {
      /** @type {HTMLElement | null} */ (this.querySelector("[data-skip]"))?.click();
      return true;
    }
    return false;
  }
}

/** @param {Element | null | undefined} radio */
function check(radio) {
  if (!(radio instanceof HTMLInputElement)) return false;
  radio.checked = true;
  return true;
}

customElements.define("case-triage", CaseTriage);
