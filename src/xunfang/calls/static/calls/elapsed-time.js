// @ts-check
/**
 * <elapsed-time data-seconds="65">1:05</elapsed-time>: how long ago something was, going
 * on from what the server wrote. With `data-within` it counts down to a limit and then
 * says by how much it is over, in the words of `data-left` and `data-over`.
 *
 * It goes by the time that has passed, not by the device's clock, which may be wrong.
 */
export class ElapsedTime extends HTMLElement {
  /** @type {number | undefined} */
  #timer;
  #loadedAt = 0;

  connectedCallback() {
    this.#loadedAt = performance.now();
    this.#timer = window.setInterval(() => this.#tick(), 1000);
    this.#tick();
  }

  disconnectedCallback() {
    window.clearInterval(this.#timer);
  }

  #tick() {
    const passed = (performance.now() - this.#loadedAt) / 1000;
    const seconds = Number(this.dataset.seconds) + passed;
    const { within } = this.dataset;
    if (within === undefined) {
      this.textContent = asClock(seconds);
      return;
    }
    const left = Number(within) - seconds;
    this.toggleAttribute("data-is-over", left < 0);
    const words = (left < 0 ? this.dataset.over : this.dataset.left) ?? "{time}";
    this.textContent = words.replace("{time}", asClock(Math.abs(left)));
  }
}

/** @param {number} seconds */
export function asClock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, "0");
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}`
    : `${minutes}:${rest}`;
}

customElements.define("elapsed-time", ElapsedTime);
