// @ts-check
/**
 * <pin-choice>: point to a place on the city's map, which is fetched only when asked for.
 *
 * Without scripts there are no buttons here, and words say where it is. The two hidden
 * fields carry the pin; the map lies in a <template> until somebody opens it.
 */

class PinChoice extends HTMLElement {
  /** @type {any} A MapLibre marker. */
  #marker = null;

  connectedCallback() {
    this.addEventListener("click", this.#onClick);
    this.addEventListener("point-chosen", this.#onPoint);
    this.addEventListener("map-opened", this.#onOpened);
    this.#button("open").hidden = false;
    this.#button("remove").hidden = !this.#at();
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#onClick);
    this.removeEventListener("point-chosen", this.#onPoint);
    this.removeEventListener("map-opened", this.#onOpened);
  }

  /** @param {Event} event */
  #onClick = (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    switch (target.closest("button")?.dataset.action) {
      case "open":
        this.#open();
        break;
      case "centre": {
        const centre = /** @type {any} */ (this.querySelector("city-map"))?.centre;
        if (centre) this.#set(centre);
        break;
      }
      case "remove":
        this.#set(null);
    }
  };

  #open() {
    const map = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    this.append(map.content.cloneNode(true));
    this.#button("open").hidden = true;
    this.#button("centre").hidden = false;
    this.#say("how");
  }

  /** @param {Event} event */
  #onPoint = (event) => {
    const { lon, lat } = /** @type {CustomEvent} */ (event).detail;
    this.#set([lon, lat]);
  };

  /** A pin that came back with the form stands where it stood. */
  #onOpened = () => {
    const at = this.#at();
    if (at) this.#set(at);
  };

  /** @param {[number, number] | null} at */
  #set(at) {
    const [lon, lat] = at ?? ["", ""];
    this.#field("lon").value = at ? Number(lon).toFixed(6) : "";
    this.#field("lat").value = at ? Number(lat).toFixed(6) : "";
    this.#button("remove").hidden = !at;
    this.#say(at ? "isSet" : "isGone");
    this.#marker?.remove();
    this.#marker = null;
    const map = /** @type {any} */ (this.querySelector("city-map"))?.map;
    const library = /** @type {any} */ (globalThis).maplibregl;
    if (at && map) this.#marker = new library.Marker().setLngLat(at).addTo(map);
  }

  /** @returns {[number, number] | null} */
  #at() {
    const [lon, lat] = [this.#field("lon").value, this.#field("lat").value];
    return lon && lat ? [Number(lon), Number(lat)] : null;
  }

  /** @param {"how" | "isSet" | "isGone"} word */
  #say(word) {
    const status = /** @type {HTMLElement} */ (this.querySelector("[role=status]"));
    status.textContent = status.dataset[word] ?? "";
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.querySelector(`[name="${name}"]`));
  }

  /** @param {string} action */
  #button(action) {
    return /** @type {HTMLButtonElement} */ (
      this.querySelector(`[data-action="${action}"]`)
    );
  }
}

customElements.define("pin-choice", PinChoice);
