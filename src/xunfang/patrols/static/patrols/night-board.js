// @ts-check
/**
 * <night-board>: ties the map and the list of stops together.
 *
 * A button[data-select] in the list shows its stop on the map; a stop chosen on the map
 * opens its unit and moves its row into view. select[data-overlay] asks the map for the
 * streets within reach at another moment.
 */
export class NightBoard extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#onClick);
    this.addEventListener("change", this.#onChange);
    this.addEventListener("stop-selected", this.#onStopSelected);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#onClick);
    this.removeEventListener("change", this.#onChange);
    this.removeEventListener("stop-selected", this.#onStopSelected);
  }

  get #map() {
    return this.querySelector("city-map");
  }

  /** @param {Event} event */
  #onClick = (event) => {
    const button = /** @type {Element} */ (event.target).closest("button[data-select]");
    if (!(button instanceof HTMLElement)) return;
    const id = button.dataset.select;
    this.#map?.dispatchEvent(new CustomEvent("select-stop", { detail: { id } }));
    this.#mark(id ?? "");
  };

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
    const unit = row?.closest("details");
    if (unit) unit.open = true;
    row?.scrollIntoView({ block: "nearest" });
  };

  /** @param {string} id */
  #mark(id) {
    this.querySelector(".stop--chosen")?.classList.remove("stop--chosen");
    const row = document.getElementById(`row-${id}`);
    row?.classList.add("stop--chosen");
    return row;
  }
}

customElements.define("night-board", NightBoard);
