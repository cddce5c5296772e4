// @ts-check
/**
 * <city-map>: the city's streets, and on them one night's routes, stops and reach.
 *
 * Write it with `{% include "web/partials/city_map.html" %}`; load it with
 * `{% include "web/partials/city_map_head.html" %}` in the block `head`. The list of the
 * same stops must be on the page as text: the map is a second way to read it.
 *
 * Attributes (those marked * follow changes)
 *   data-tiles-url      our vector tiles, "/tiles/yunting/{z}/{x}/{y}.mvt"
 *   data-library-url    hashed address of MapLibre, which is fetched when the page rests
 *   data-worker-url     hashed address of MapLibre's worker
 *   data-overlay-url *  GeoJSON to draw over the streets; absent or empty: none
 *   data-bounds         "west,south,east,north" to start with; else what is drawn
 *   data-attribution    who made the street data; shown on the map
 *   data-label, data-zoom-in, data-zoom-out    texts for screen readers
 *   data-state          written by the element: "loading", "ready" or "failed"
 *
 * Overlay: a FeatureCollection in WGS84. Each feature's property `kind` says what it is:
 *   "route"  line      unit: number from 0
 *   "stop"   point     id: text, number: text in the circle, unit: number, label: sentence
 *   "post"   point     id: text, name: text, label: sentence
 *   "reach"  line      minutes: 1, 3 or 5
 *   "unmet"  point     id: text, mandatory: whether it is a duty, label: sentence
 *   "circle" point     minutes: 1, 3 or 5
 *   "station" point    name: text, state: "planned", "working", "failed", "none" or none
 *   "area"   polygon   name: text
 *   "cell"   polygon
 *   "street" line      state: "area", "gap" or "overlap"
 *   "passed" line      passes: how often a patrol came along
 *   "blind"  line      nobody was near
 *   "outcome" point    id: text, kept: what became of a planned stay, sign: its mark
 *
 * Children, all written by the server in the reader's language
 *   .city-map__canvas           where the map goes
 *   input[data-layer]           shows and hides "routes", "stops", "posts", "unmet",
 *                               "reach", "areas", "cells", "circles", "streets",
 *                               "passed", "blind" or "outcomes"
 *   button[data-action="fit"]   shows everything that is drawn
 *   [data-failure]              sentences for "map", "tiles" and "overlay", hidden until
 *                               needed
 *   [role="status"]             receives the label of the selected stop
 *
 * Events
 *   raises "stop-selected" {detail: {id}}   a stop was clicked, or reached with
 *                                           Page Down / Page Up on the focused map
 *   raises "point-chosen" {detail: {lon, lat}}  the map was clicked there
 *   raises "map-ready"                      everything asked for is drawn
 *   raises "map-opened"                     there is a map; `map` is MapLibre's own, for
 *                                           what another element lays over it
 *   hears  "select-stop" {detail: {id}}     marks the stop and moves it into view
 *
 * Methods: reload() fetches the overlay again; fit() shows everything that is drawn.
 * Read: centre is [lon, lat] of what is shown, null without a map; isDrawn says whether
 * there is a map to point at.
 */
import { boundsOf, findPlace, GROUPS, SELECTED_STOP, stopsOf } from "./map-overlay.js";
import { cityStyle, drawIcon } from "./map-style.js";

/** @typedef {import("./map-overlay.js").Overlay} Overlay */

/** @type {Overlay} */
const NOTHING = { type: "FeatureCollection", features: [] };
/** Between the page and its map: time to press the first key. */
const BREATH_MS = 200;
const FONTS =
  "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif";

export class CityMap extends HTMLElement {
  static observedAttributes = ["data-overlay-url"];

  /** @type {any} MapLibre ships its types apart from what we serve. */
  #map = null;
  /** @type {Overlay} */
  #overlay = NOTHING;
  /** @type {string | null} */
  #selected = null;
  /** @type {AbortController | null} Ends everything this element listens to. */
  #life = null;
  /** The overlay, asked for while the map is not there yet. */
  /** @type {{url: string, overlay: Promise<Overlay>} | null} */
  #early = null;
  /** Number of the newest overlay request: an older answer comes too late. */
  #request = 0;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("change", (event) => this.#onChange(event), { signal });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.addEventListener(
      "select-stop",
      (event) => this.#select(/** @type {CustomEvent} */ (event).detail.id),
      { signal },
    );
    matchMedia("(prefers-color-scheme: dark)").addEventListener(
      "change",
      () => this.#restyle(),
      { signal },
    );
    this.#begin(signal);
  }

  /**
   * The page first, then the map: drawing it for the first time keeps the browser from
   * answering for a second on a slow machine.
   *
   * @param {AbortSignal} signal
   */
  async #begin(signal) {
    this.dataset.state = "loading";
    const { overlayUrl = "", libraryUrl = "" } = this.dataset;
    if (overlayUrl) this.#early = { url: overlayUrl, overlay: fetchOverlay(overlayUrl) };
    this.#early?.overlay.catch(() => {}); // Whoever draws it says so.
    await untilAtRest();
    await loadLibrary(libraryUrl);
    if (signal.aborted) return;
    this.#open();
    this.reload();
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#map?.remove();
    this.#map = null;
  }

  /**
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(_name, before, after) {
    // Before the map is there, nothing is drawn; what holds then is drawn first.
    if (this.#map && before !== after) this.reload();
  }

  /** Fetch what is drawn over the streets, and draw it. */
  async reload() {
    const request = ++this.#request;
    const url = this.dataset.overlayUrl;
    const isFirst = this.#overlay === NOTHING;
    this.dataset.state = this.#map ? "loading" : "failed";
    try {
      const early = this.#early?.url === url ? this.#early?.overlay : undefined;
      this.#early = null;
      const overlay = url ? await (early ?? fetchOverlay(url)) : { ...NOTHING };
      if (request !== this.#request) return;
      this.#overlay = overlay;
      this.#show("overlay", false);
    } catch (error) {
      if (request !== this.#request) return;
      console.error("city-map: the overlay did not load", error);
      this.#show("overlay", true);
    }
    this.#draw();
    if (isFirst && !this.dataset.bounds) this.fit();
    this.#map?.once("idle", () => {
      this.dataset.state = "ready";
      this.dispatchEvent(new CustomEvent("map-ready"));
    });
  }

  #draw() {
    const source = this.#map?.getSource("overlay");
    if (source) source.setData(this.#overlay);
    // The overlay was here before the streets: it is drawn as soon as they can be.
    else this.#map?.once("style.load", () => this.#draw());
  }

  /** Show everything that is drawn; the starting bounds if nothing is. */
  fit() {
    const bounds = boundsOf(this.#overlay) ?? this.#startBounds();
    if (bounds)
      this.#map?.fitBounds(bounds, { padding: 32, maxZoom: 16, animate: false });
  }

  /** @returns {[number, number] | null} */
  get centre() {
    const centre = this.#map?.getCenter();
    return centre ? [centre.lng, centre.lat] : null;
  }

  get map() {
    return this.#map;
  }

  get isDrawn() {
    return Boolean(this.#map?.loaded());
  }

  #open() {
    const maplibre = /** @type {any} */ (globalThis).maplibregl;
    const container = this.querySelector(".city-map__canvas");
    const { workerUrl = "", label = "", zoomIn = "", zoomOut = "" } = this.dataset;
    try {
      maplibre.setWorkerUrl(workerUrl);
      this.#map = new maplibre.Map({
        container,
        style: this.#style(),
        bounds: this.#startBounds() ?? undefined,
        fitBoundsOptions: { padding: 32 },
        attributionControl: false,
        localIdeographFontFamily: FONTS,
        dragRotate: false,
        pitchWithRotate: false,
        maxPitch: 0,
        fadeDuration: 0,
        locale: {
          "Map.Title": label,
          "NavigationControl.ZoomIn": zoomIn,
          "NavigationControl.ZoomOut": zoomOut,
        },
      });
    } catch (error) {
      // No WebGL on this machine: the list beside the map says the same.
      console.error("city-map: the map cannot be drawn", error);
      this.#show("map", true);
      return;
    }
    const map = this.#map;
    this.dispatchEvent(new CustomEvent("map-opened", { bubbles: true }));
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibre.ScaleControl(), "bottom-left");
    map.addControl(
      new maplibre.AttributionControl({ customAttribution: this.dataset.attribution }),
    );
    map.on("styleimagemissing", (/** @type {{id: string}} */ { id }) => {
      const icon = drawIcon(id);
      if (icon) map.addImage(id, icon, { sdf: true, pixelRatio: 2 });
    });
    map.on("error", (/** @type {{sourceId?: string, error: Error}} */ event) => {
      console.error("city-map:", event.error);
      if (event.sourceId === "city") this.#show("tiles", true);
    });
    map.on("click", (/** @type {any} */ { lngLat }) => {
      const detail = { lon: lngLat.lng, lat: lngLat.lat };
      this.dispatchEvent(new CustomEvent("point-chosen", { bubbles: true, detail }));
    });
    for (const layer of ["stops", "posts", "unmet", "outcomes"]) {
      map.on("click", layer, (/** @type {any} */ event) => {
        const { id } = event.features[0].properties;
        if (id) this.#choose(id);
      });
      const { classList } = map.getCanvas();
      map.on("mouseenter", layer, () => classList.add("is-over-stop"));
      map.on("mouseleave", layer, () => classList.remove("is-over-stop"));
    }
  }

  #style() {
    return cityStyle({
      tilesUrl: location.origin + this.dataset.tilesUrl,
      token: tokenReader(),
      overlay: this.#overlay,
      hiddenGroups: GROUPS.filter((group) => !this.#isWanted(group)),
      selectedStop: this.#selected,
    });
  }

  /** Draw in the colours that hold now: night fell, or the system changed its mind. */
  #restyle() {
    this.#map?.setStyle(this.#style());
  }

  /** @param {string} group */
  #isWanted(group) {
    const box = /** @type {HTMLInputElement | null} */ (
      this.querySelector(`input[data-layer="${group}"]`)
    );
    return box?.checked ?? true;
  }

  /** @param {Event} event */
  #onChange(event) {
    const { layer } = /** @type {HTMLElement} */ (event.target).dataset;
    if (!layer || !this.#map?.style) return;
    const visibility = this.#isWanted(layer) ? "visible" : "none";
    for (const { id, metadata } of this.#map.getStyle().layers) {
      if (metadata?.group === layer) {
        this.#map.setLayoutProperty(id, "visibility", visibility);
      }
    }
  }

  /** @param {Event} event */
  #onClick(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest('[data-action="fit"]')) this.fit();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    const stops = stopsOf(this.#overlay);
    if (!step || !stops.length || event.target !== this.#map?.getCanvas()) return;
    event.preventDefault();
    const at = stops.findIndex((stop) => stop.properties.id === this.#selected);
    const first = step > 0 ? 0 : stops.length - 1;
    const next = at < 0 ? first : (at + step + stops.length) % stops.length;
    this.#choose(stops[next].properties.id);
  }

  /** @param {string} id */
  #choose(id) {
    this.#select(id);
    this.dispatchEvent(
      new CustomEvent("stop-selected", { bubbles: true, detail: { id } }),
    );
  }

  /** @param {string | null} id */
  #select(id) {
    this.#selected = id;
    const stop = findPlace(this.#overlay, id);
    const status = this.querySelector('[role="status"]');
    if (status) status.textContent = stop?.properties.label ?? "";
    if (!this.#map?.getLayer(SELECTED_STOP)) return;
    this.#map.setFilter(SELECTED_STOP, ["==", ["get", "id"], id ?? ""]);
    if (stop && !this.#map.getBounds().contains(stop.geometry.coordinates)) {
      this.#map.easeTo({ center: stop.geometry.coordinates });
    }
  }

  #startBounds() {
    const numbers = (this.dataset.bounds ?? "").split(",").map(Number);
    return numbers.length === 4 && numbers.every(Number.isFinite) ? numbers : null;
  }

  /**
   * @param {"map" | "tiles" | "overlay"} failure
   * @param {boolean} isShown
   */
  #show(failure, isShown) {
    const sentence = this.querySelector(`[data-failure="${failure}"]`);
    if (sentence) /** @type {HTMLElement} */ (sentence).hidden = !isShown;
  }
}

/**
 * @param {string} url
 * @returns {Promise<Overlay>}
 */
async function fetchOverlay(url) {
  const answer = await fetch(url, { headers: { Accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.json();
}

/**
 * Wait until the page is there, has been drawn, and has answered whoever was waiting for
 * it: from then on the browser is busy with the map for a while.
 */
async function untilAtRest() {
  if (document.readyState !== "complete") {
    await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  }
  const { requestIdleCallback } = globalThis;
  await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  if (requestIdleCallback) {
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 300 }));
  }
}

/** @type {Promise<void> | undefined} */
let library;

/**
 * Load MapLibre, once for all maps of the page. Where that fails there is no map, and
 * opening it says so.
 *
 * @param {string} url
 * @returns {Promise<void>}
 */
function loadLibrary(url) {
  library ??= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = script.onerror = () => resolve();
    document.head.append(script);
  });
  return library;
}

/** Read colours from tokens.css, so that map and page always agree. */
function tokenReader() {
  const style = getComputedStyle(document.documentElement);
  return (/** @type {string} */ name) => style.getPropertyValue(name).trim();
}

customElements.define("city-map", CityMap);
