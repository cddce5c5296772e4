// @ts-check
/**
 * <undo-line data-until="…">: what was entered last, with a button that withdraws it; gone
 * when it is too late, by the server's clock and without signal too.
 */
import { now } from "./server-clock.js";

/** As long as the server takes it (`queries.UNDO_WITHIN`). */
export const UNDO_MS = 180_000;

class UndoLine extends HTMLElement {
  /** @type {number | undefined} */
  #timer;

  connectedCallback() {
    this.#timer = window.setInterval(this.#tick, 1000);
    this.#tick();
  }

  disconnectedCallback() {
    window.clearInterval(this.#timer);
  }

  #tick = () => {
    const { until } = this.dataset;
    this.hidden = until !== undefined && now() > Date.parse(until);
  };
}

customElements.define("undo-line", UndoLine);
