// @ts-check
/**
 * <risk-clock data-from="…">: how long ago that was. With `data-due` it counts down to a
 * moment and then says by how much it is late, in the words of `data-words-left` and
 * `data-words-over`. Both go on without signal, by the server's clock.
 */
import { asClock } from "../calls/elapsed-time.js";
import { now } from "./server-clock.js";

class RiskClock extends HTMLElement {
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
    const { from, due, wordsLeft = "{time}", wordsOver = "{time}" } = this.dataset;
    if (due === undefined) {
      this.textContent = asClock(Math.max(0, now() - Date.parse(from ?? "")) / 1000);
      return;
    }
    const left = (Date.parse(due) - now()) / 1000;
    this.toggleAttribute("data-is-over", left < 0);
    this.classList.toggle("badge--bad", left < 0);
    const words = left < 0 ? wordsOver : wordsLeft;
    this.textContent = words.replace("{time}", asClock(Math.abs(left)));
  };
}

customElements.define("risk-clock", RiskClock);
