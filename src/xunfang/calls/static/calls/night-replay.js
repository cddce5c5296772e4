// @ts-check
/**
 * <night-replay>: goes through a night line by line without loading the page again.
 *
 * The slider, its two links and each line's own link say how many lines have happened;
 * what stood then is fetched as a part of the page. Without scripts they load the page.
 */
export class NightReplay extends HTMLElement {
  /** @type {AbortController | null} */
  #life = null;
  /** @type {AbortController | null} */
  #fetching = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("input", (event) => this.#onInput(event), { signal });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
    const print = /** @type {HTMLElement | null} */ (this.querySelector("[data-print]"));
    if (print) print.hidden = false;
    customElements.whenDefined("desk-map").then(() => this.#draw());
    addEventListener("map-opened", () => this.#draw(), { signal });
  }

  disconnectedCallback() {
    this.#life?.abort();
  }

  get #slider() {
    return /** @type {HTMLInputElement | null} */ (this.querySelector("[name=at]"));
  }

  /** @param {Event} event */
  #onInput(event) {
    if (event.target === this.#slider) this.#go(Number(this.#slider?.value));
  }

  /** @param {Event} event */
  #onClick(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-print]")) return print();
    const link = target.closest("[data-back], [data-on], [data-at]");
    const slider = this.#slider;
    if (!(link instanceof HTMLElement) || !slider) return;
    event.preventDefault();
    const step = "back" in link.dataset ? -1 : 1;
    const at = link.dataset.at ? Number(link.dataset.at) : slider.valueAsNumber + step;
    slider.value = String(at);
    this.#go(slider.valueAsNumber);
  }

  /** @param {number} at */
  async #go(at) {
    this.#fetching?.abort();
    this.#fetching = new AbortController();
    const query = new URLSearchParams(location.search);
    query.set("at", String(at));
    try {
      const answer = await fetch(`?${query}`, {
        headers: { "X-Desk-Part": "then" },
        signal: this.#fetching.signal,
      });
      if (!answer.ok || answer.redirected) return location.assign(`?${query}`);
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      const then = holder.content.querySelector("#replay-then");
      if (then) this.querySelector("#replay-then")?.replaceChildren(...then.childNodes);
    } catch {
      return;
    }
    history.replaceState(null, "", `?${query}`);
    this.#mark(at);
    this.#draw();
  }

  /** @param {number} at */
  #mark(at) {
    for (const [n, row] of [...this.querySelectorAll("[id^=line-]")].entries()) {
      row.toggleAttribute("data-later", n + 1 > at);
      if (n + 1 === at) {
        row.setAttribute("aria-current", "step");
        row.scrollIntoView({ block: "nearest" });
      } else row.removeAttribute("aria-current");
    }
  }

  #draw() {
    const map = /** @type {any} */ (this.querySelector("desk-map"));
    const marks = document.getElementById("replay-marks")?.textContent;
    if (!map?.update || !marks) return;
    const message = JSON.parse(marks);
    map.now = () => message.now;
    map.update(message);
  }
}

customElements.define("night-replay", NightReplay);
