// @ts-check
/**
 * <next-stop>: of tonight's stops shows the one that is on or comes next, by the server's
 * clock; all of them on request, and without scripts always.
 */
import { now } from "./server-clock.js";

const LOOK_EVERY_MS = 15_000;

class NextStop extends HTMLElement {
  /** @type {number | undefined} */
  #timer;
  #isAll = false;

  connectedCallback() {
    const all = this.#all;
    if (all) all.hidden = this.#stops.length < 2;
    all?.addEventListener("click", this.#onAll);
    this.#timer = window.setInterval(this.#choose, LOOK_EVERY_MS);
    this.#choose();
  }

  disconnectedCallback() {
    window.clearInterval(this.#timer);
  }

  get #all() {
    return /** @type {HTMLButtonElement | null} */ (this.querySelector("[data-all]"));
  }

  get #stops() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[data-stop]")]);
  }

  #onAll = () => {
    this.#isAll = !this.#isAll;
    this.#all?.setAttribute("aria-expanded", String(this.#isAll));
    this.#choose();
  };

  #choose = () => {
    const stops = this.#stops;
    const at = now();
    const next = stops.find((stop) => at < Date.parse(stop.dataset.ends ?? ""));
    for (const stop of stops) {
      stop.hidden = !this.#isAll && stop !== (next ?? stops.at(-1));
      stop.toggleAttribute("data-now", stop === next);
    }
  };
}

customElements.define("next-stop", NextStop);
