// @ts-check
/**
 * <observation-place>: where something was noticed. Proposes the stop that is on by the
 * server's clock, unless the phone says where it is; hours later nobody could ask.
 */
import { PositionSwitch } from "./position-switch.js";
import { now } from "./server-clock.js";

class ObservationPlace extends HTMLElement {
  /** @type {HTMLDetailsElement | null} */
  #details = null;
  /** @type {HTMLFormElement | null} */
  #form = null;

  connectedCallback() {
    this.#details = this.closest("details");
    this.#form = this.closest("form");
    this.#details?.addEventListener("toggle", this.#propose);
    this.#form?.addEventListener("submit", this.#check);
    this.addEventListener("input", this.#forgive);
  }

  disconnectedCallback() {
    this.#details?.removeEventListener("toggle", this.#propose);
    this.#form?.removeEventListener("submit", this.#check);
  }

  get #stays() {
    return /** @type {HTMLSelectElement} */ (this.querySelector("select"));
  }

  get #words() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  #propose = () => {
    if (!this.#details?.open || PositionSwitch.lastFix) return;
    const at = now();
    const stop = [...this.#stays.options].find(
      ({ dataset }) => dataset.ends && at < Date.parse(dataset.ends),
    );
    if (stop && at >= Date.parse(stop.dataset.begins ?? "")) {
      this.#stays.value = stop.value;
    }
  };

  #forgive = () => this.#words.setCustomValidity("");

  /** @param {SubmitEvent} event */
  #check = (event) => {
    if (this.#stays.value || this.#words.value.trim() || PositionSwitch.lastFix) return;
    event.preventDefault();
    event.stopPropagation();
    this.#words.setCustomValidity(this.dataset.wordsWhere ?? "");
    this.#words.reportValidity();
  };
}

customElements.define("observation-place", ObservationPlace);
