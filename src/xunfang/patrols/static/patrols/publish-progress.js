// @ts-check
/**
 * <publish-progress data-table="…">: shows what becomes of a city's night while it is
 * being published.
 *
 * The form inside is sent as it is, and the answer is the next page. Until it comes, the
 * table of stations is fetched anew each second: a station that is out stands there as
 * published.
 */
const EVERY_MS = 1000;

export class PublishProgress extends HTMLElement {
  /** @type {number | undefined} */
  #timer;

  connectedCallback() {
    this.addEventListener("submit", this.#begin);
    window.addEventListener("pageshow", this.#end);
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this.#begin);
    window.removeEventListener("pageshow", this.#end);
    this.#end();
  }

  #begin = () => {
    this.#show(true);
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  };

  /** The page is shown, perhaps by "back": nothing is under way. */
  #end = () => {
    clearInterval(this.#timer);
    this.#show(false);
  };

  /** @param {boolean} isBusy */
  #show(isBusy) {
    const status = this.querySelector("[data-status]");
    if (status instanceof HTMLElement) status.hidden = !isBusy;
    const button = this.querySelector("button");
    if (button) button.disabled = isBusy;
  }

  async #look() {
    const answer = await fetch(this.dataset.table ?? "").catch(() => undefined);
    const table = document.getElementById("stations");
    if (answer?.ok && table) table.outerHTML = await answer.text();
  }
}

customElements.define("publish-progress", PublishProgress);
