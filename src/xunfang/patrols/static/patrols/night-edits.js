// @ts-check
/**
 * <night-edits>: change the night without leaving the page.
 *
 * Everything inside works without this script: buttons send small forms, links lead to
 * pages that ask. The script sends the forms in the background, shows those pages in a
 * dialog, and puts what the server answers in place of what is on the page. While the
 * night is planned again the page goes on as it is; when the new edition is there, it
 * takes its place.
 *
 *   form[data-edit]      a change; a refusal is shown in the dialog, with what was typed
 *   a[data-dialog]       a page that asks; [data-wish] gets the middle of the map
 *   a[data-follow]       the new edition of somebody who has just changed something
 *   [data-act="l|m|x"]   what the keys L, M, X press in the row of the chosen stop
 *   [data-exclude]       what E presses in the unit of the chosen stop
 *   [data-key]           what any other key presses
 *   rect[data-stay]      a bar of the timeline; dragged, it moves
 */

const LIVE = ["run", "night-state", "night-lists", "night-timeline", "night-figures"];
const SNAP_MIN = 5;
/** A bar that moved less than this was only touched. */
const DRAG_PX = 6;

export class NightEdits extends HTMLElement {
  /** @type {AbortController | null} */
  #life = null;
  /** @type {HTMLDialogElement | null} */
  #dialog = null;
  /** A new edition came while somebody was typing: it waits until they are done. */
  #isStale = false;
  #isSending = false;
  /** The next click on the map is where a stop is wished for. */
  #isPointing = false;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("submit", this.#onSubmit, { signal });
    this.addEventListener("click", this.#onClick, { signal });
    this.addEventListener("pointerdown", this.#onPointerDown, { signal });
    this.addEventListener("point-chosen", this.#onPoint, { signal });
    document.addEventListener("keydown", this.#onKey, { signal });
    document.addEventListener("htmx:after:swap", () => this.#follow(), { signal });
    this.#follow();
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#dialog?.remove();
  }

  // Sending a change, and what comes of it.

  /** @param {SubmitEvent} event */
  #onSubmit = (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("form[data-edit]")) return;
    event.preventDefault();
    this.#send(form.action, new FormData(form, event.submitter));
  };

  /**
   * @param {string} url
   * @param {FormData} data
   */
  async #send(url, data) {
    if (this.#isSending) return; // A second click sends nothing.
    this.#isSending = true;
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { method: "POST", body: data });
      const page = parse(await answer.text());
      if (answer.ok) {
        this.#close();
        this.#show(page);
      } else {
        this.#ask(page, url);
      }
    } catch {
      // The server cannot be reached: let the browser say so in its own way.
      location.reload();
    } finally {
      this.#isSending = false;
      this.removeAttribute("aria-busy");
    }
  }

  /** Put the parts of a page that was fetched in place of those before us. */
  /** @param {Document} page */
  #show(page) {
    const focus = pathTo(document.activeElement);
    const open = new Set(
      [...this.querySelectorAll("details[data-crew][open]")].map(
        (unit) => /** @type {HTMLElement} */ (unit).dataset.crew,
      ),
    );
    const before = this.querySelector("[data-edition]")?.getAttribute("data-edition");
    for (const id of LIVE) {
      const here = document.getElementById(id);
      const there = page.getElementById(id);
      if (!here || !there) continue;
      const scrolls = [...here.querySelectorAll(".stops")].map((list) => list.scrollTop);
      here.replaceWith(document.adoptNode(there));
      there.querySelectorAll(".stops").forEach((list, index) => {
        list.scrollTop = scrolls[index] ?? 0;
      });
      /** @type {any} */ (globalThis).htmx?.process(there);
    }
    for (const unit of this.querySelectorAll("details[data-crew]")) {
      const { crew } = /** @type {HTMLElement} */ (unit).dataset;
      if (open.size) /** @type {HTMLDetailsElement} */ (unit).open = open.has(crew);
    }
    const after = this.querySelector("[data-edition]")?.getAttribute("data-edition");
    if (before !== after) /** @type {any} */ (this.querySelector("city-map"))?.reload();
    if (focus) this.querySelector(focus)?.focus();
  }

  /** Show the new edition, if it is ours; later if somebody is typing. */
  async #follow() {
    const link = this.querySelector("a[data-follow]");
    if (!(link instanceof HTMLAnchorElement)) return;
    this.#isStale = this.#dialog?.open ?? false;
    if (this.#isStale) return;
    link.removeAttribute("data-follow");
    const answer = await fetch(link.href);
    if (answer.ok) this.#show(parse(await answer.text()));
  }

  // Asking.

  /** @param {MouseEvent} event */
  #onClick = (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-close]") && this.#dialog?.open) {
      event.preventDefault();
      this.#close();
      return;
    }
    const link = target.closest("a[data-dialog]");
    if (!(link instanceof HTMLAnchorElement)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.matches("[data-wish]") && event.detail > 0 && this.#map?.isDrawn) {
      this.#point(true);
      return;
    }
    this.#open(link);
  };

  /** @param {HTMLAnchorElement} link */
  async #open(link) {
    const url = new URL(link.href);
    const centre = link.matches("[data-wish]") ? this.#map?.centre : null;
    if (centre && !url.searchParams.has("lon")) {
      url.searchParams.set("lon", centre[0].toFixed(6));
      url.searchParams.set("lat", centre[1].toFixed(6));
    }
    const answer = await fetch(url);
    this.#ask(parse(await answer.text()), url.pathname);
  }

  /**
   * @param {Document} page what asks, or what refuses
   * @param {string} url where its forms go
   */
  #ask(page, url) {
    const content = page.querySelector("[data-answer]") ?? page.querySelector("main > *");
    if (!content) return location.assign(url);
    if (!this.#dialog) {
      this.#dialog = document.createElement("dialog");
      this.#dialog.className = "edit-dialog";
      this.#dialog.addEventListener("close", () => this.#onClosed());
      this.append(this.#dialog);
    }
    this.#dialog.replaceChildren(document.adoptNode(content));
    const heading = this.#dialog.querySelector("h1");
    if (heading) {
      heading.id = "edit-title";
      this.#dialog.setAttribute("aria-labelledby", "edit-title");
    }
    if (!this.#dialog.open) this.#dialog.showModal();
    const first = this.#dialog.querySelector(
      "[aria-invalid=true], [autofocus], .edit__quick button, button",
    );
    /** @type {HTMLElement | null} */ (first)?.focus();
  }

  #close() {
    this.#dialog?.close();
  }

  #onClosed() {
    this.#dialog?.replaceChildren();
    if (this.#isStale) this.#follow();
  }

  // Pointing at the map.

  /** @returns {any} */
  get #map() {
    return this.querySelector("city-map");
  }

  /** @param {boolean} isOn */
  #point(isOn) {
    this.#isPointing = isOn;
    this.#map?.toggleAttribute("data-pointing", isOn);
    const hint = this.querySelector("[data-pointing-hint]");
    if (hint) /** @type {HTMLElement} */ (hint).hidden = !isOn;
  }

  /** @param {Event} event */
  #onPoint = (event) => {
    if (!this.#isPointing) return;
    this.#point(false);
    const { lon, lat } = /** @type {CustomEvent} */ (event).detail;
    const link = this.querySelector("a[data-wish]");
    if (!(link instanceof HTMLAnchorElement)) return;
    const there = /** @type {HTMLAnchorElement} */ (link.cloneNode());
    there.search = new URLSearchParams({
      lon: lon.toFixed(6),
      lat: lat.toFixed(6),
    }).toString();
    this.#open(there);
  };

  // Keys.

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (event.key === "Escape" && this.#isPointing) return this.#point(false);
    const isTyping = /** @type {Element} */ (event.target).closest(
      "input, select, textarea, dialog, [contenteditable]",
    );
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
      return;
    }
    const control = this.#controlFor(event.key.toLowerCase());
    if (!control) return;
    event.preventDefault();
    control.click();
  };

  /**
   * @param {string} key
   * @returns {HTMLElement | null | undefined}
   */
  #controlFor(key) {
    const focused = document.activeElement;
    const row = focused?.closest(".stop") ?? this.querySelector(".stop--chosen");
    if ("lmx".includes(key)) {
      return /** @type {HTMLElement | undefined} */ (
        row?.querySelector(`[data-act="${key}"]`)
      );
    }
    if (key === "e") {
      const unit = focused?.closest(".unit") ?? row?.closest(".unit");
      return (unit ?? this.querySelector(".unit[open]"))?.querySelector("[data-exclude]");
    }
    return "wu".includes(key) ? this.querySelector(`[data-key="${key}"]`) : null;
  }

  // Dragging a bar of the timeline.

  /** @param {PointerEvent} event */
  #onPointerDown = (event) => {
    const bar = /** @type {Element} */ (event.target).closest("rect[data-stay]");
    const svg = bar?.closest("svg");
    if (!(bar instanceof SVGRectElement) || !svg || event.button !== 0) return;
    event.preventDefault();
    bar.setPointerCapture(event.pointerId);
    const from = { x: event.clientX, y: event.clientY };
    /** @param {PointerEvent} move */
    const drag = (move) => {
      bar.classList.add("timeline__bar--dragged");
      bar.style.translate = `${move.clientX - from.x}px ${move.clientY - from.y}px`;
    };
    /** @param {PointerEvent} drop */
    const end = (drop) => {
      bar.removeEventListener("pointermove", drag);
      bar.style.translate = "";
      bar.classList.remove("timeline__bar--dragged");
      const [dx, dy] = [drop.clientX - from.x, drop.clientY - from.y];
      if (drop.type === "pointerup" && Math.hypot(dx, dy) >= DRAG_PX) {
        this.#drop(bar, svg, dx, dy);
      }
    };
    bar.addEventListener("pointermove", drag);
    bar.addEventListener("pointerup", end, { once: true });
    bar.addEventListener("pointercancel", end, { once: true });
  };

  /**
   * @param {SVGRectElement} bar
   * @param {SVGSVGElement} svg
   * @param {number} dx
   * @param {number} dy
   */
  #drop(bar, svg, dx, dy) {
    const { first, labelPx, minutePx, rowPx } = svg.dataset;
    const units = [...svg.querySelectorAll("g[data-crew]")];
    const row = units.findIndex((unit) => unit.contains(bar));
    const to = units[row + Math.round(dy / Number(rowPx))];
    const x = Number(bar.getAttribute("x")) + dx - Number(labelPx);
    const minute = Number(first) + x / Number(minutePx);
    const form = document.getElementById("edit-move");
    if (!(to instanceof SVGGElement) || !(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    data.set("stay", bar.dataset.stay ?? "");
    data.set("unit", to.dataset.crew ?? "");
    data.set("quick", String(Math.round(minute / SNAP_MIN) * SNAP_MIN));
    this.#send(form.action, data);
  }
}

/** @param {string} html */
function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/**
 * @param {Element | null} element
 * @returns {string} how to find the same thing again on the page that replaces this one
 */
function pathTo(element) {
  const row = element?.closest(".stop");
  if (row?.id) {
    const act = element?.getAttribute("data-act");
    const inside = act ? ` [data-act="${act}"]` : " [data-select]";
    return `#${CSS.escape(row.id)}${inside}`;
  }
  const unit = element?.closest("details[data-crew]");
  if (unit instanceof HTMLElement) {
    return `details[data-crew="${CSS.escape(unit.dataset.crew ?? "")}"] > summary`;
  }
  return element?.closest("#edits") ? "#edits [data-wish]" : "";
}

customElements.define("night-edits", NightEdits);
