// @ts-check
/**
 * <night-board>: ties the map and the list of stops together.
 *
 * A button[data-select] in the list shows its stop on the map; a stop chosen on the map
 * opens its unit and moves its row into view. In the list, arrow keys go from stop to
 * stop and Page keys from unit to unit. select[data-overlay] asks the map for the
 * streets within reach at another moment.
 */
export class NightBoard extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#onClick);
    this.addEventListener("change", this.#onChange);
    this.addEventListener("keydown", this.#onKey);
    this.addEventListener("stop-selected", this.#onStopSelected);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#onClick);
    this.removeEventListener("change", this.#onChange);
    this.removeEventListener("keydown", this.#onKey);
    this.removeEventListener("stop-selected", this.#onStopSelected);
  }

  get #map() {
    return this.querySelector("city-map");
  }

  /** @param {Event} event */
  #onClick = (event) => {
    const button = /** @type {Element} */ (event.target).closest("button[data-select]");
    if (button instanceof HTMLElement) this.#choose(button.dataset.select ?? "");
  };

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    const here = /** @type {Element} */ (event.target);
    if (!here.matches("button[data-select], .unit > summary")) return;
    const next = this.#neighbour(here, event.key);
    if (!next) return;
    event.preventDefault();
    const unit = next.closest("details");
    if (unit) unit.open = true;
    next.focus();
    if (next.dataset.select) this.#choose(next.dataset.select);
  };

  /**
   * @param {Element} here
   * @param {string} key
   * @returns {HTMLElement | undefined} where the key leads: a stop, or a unit's heading
   */
  #neighbour(here, key) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 1, PageUp: -1 }[key];
    if (!step) return undefined;
    if (key.startsWith("Arrow")) {
      const list = here.closest(".unit, .unmet");
      const stops = [...(list?.querySelectorAll("button[data-select]") ?? [])];
      const at = stops.indexOf(here);
      return /** @type {HTMLElement | undefined} */ (
        at < 0 && step < 0 ? undefined : stops[at + step]
      );
    }
    const units = [...this.querySelectorAll(".unit")];
    const at = units.findIndex((unit) => unit.contains(here));
    const unit = at < 0 ? undefined : units[at + step];
    return /** @type {HTMLElement | undefined} */ (
      unit?.querySelector("button[data-select]") ?? unit?.querySelector("summary")
    );
  }

  /** @param {Event} event */
  #onChange = (event) => {
    const select = event.target;
    if (!(select instanceof HTMLSelectElement) || !select.dataset.overlay) return;
    const moment = select.value ? `?minute=${encodeURIComponent(select.value)}` : "";
    this.#map?.setAttribute("data-overlay-url", select.dataset.overlay + moment);
  };

  /** @param {Event} event */
  #onStopSelected = (event) => {
    const { id } = /** @type {CustomEvent<{id: string}>} */ (event).detail;
    const row = this.#mark(id);
    for (
      let fold = row?.closest("details");
      fold;
      fold = fold.parentElement?.closest("details")
    ) {
      fold.open = true;
    }
    row?.scrollIntoView({ block: "nearest" });
  };

  /** @param {string} id */
  #choose(id) {
    this.#map?.dispatchEvent(new CustomEvent("select-stop", { detail: { id } }));
    this.#mark(id);
  }

  /** @param {string} id */
  #mark(id) {
    const before = this.querySelector(".stop--chosen");
    before?.classList.remove("stop--chosen");
    before?.removeAttribute("aria-current");
    const row = document.getElementById(`row-${id}`);
    row?.classList.add("stop--chosen");
    row?.setAttribute("aria-current", "true");
    return row;
  }
}

customElements.define("night-board", NightBoard);
