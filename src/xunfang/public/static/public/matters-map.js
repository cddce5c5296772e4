// @ts-check
/**
 * <matters-map>: ties the map's points to the table of the same points.
 *
 * a[data-point] in the table fetches the matters of its point (htmx) into #chosen, and its
 * circle is marked; choosing a circle does what the link does. Without scripts the link
 * leads to the list of the same matters.
 */
class MattersMap extends HTMLElement {
  /** Whether the circle was chosen on the map: then it is marked already. */
  #isFromMap = false;

  connectedCallback() {
    this.addEventListener("stop-selected", this.#onPoint);
    this.addEventListener("click", this.#onClick);
  }

  disconnectedCallback() {
    this.removeEventListener("stop-selected", this.#onPoint);
    this.removeEventListener("click", this.#onClick);
  }

  /** @param {Event} event */
  #onPoint = (event) => {
    const { id } = /** @type {CustomEvent} */ (event).detail;
    const links = [...this.querySelectorAll("a[data-point]")];
    const link = links.find((each) => each.getAttribute("data-point") === id);
    this.#isFromMap = true;
    if (link instanceof HTMLElement) link.click();
    this.#isFromMap = false;
  };

  /** @param {Event} event */
  #onClick = (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const link = target.closest("a[data-point]");
    const map = this.querySelector("city-map");
    if (!link || !map || this.#isFromMap) return;
    const id = link.getAttribute("data-point");
    map.dispatchEvent(new CustomEvent("select-stop", { detail: { id } }));
  };
}

customElements.define("matters-map", MattersMap);
