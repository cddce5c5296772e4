// @ts-check
/**
 * The server's screen part by part, and how it comes onto the page: only what has changed
 * is drawn, and nothing under somebody's fingers.
 */
export class Ground {
  /** As the server drew it. @type {Map<string, string>} */
  #parts = new Map();
  /** What of it each part on the page was made from. @type {Map<string, string>} */
  #drawn = new Map();

  /** @param {Element} from the screen as it came with the page */
  begin(from) {
    this.take(from);
    this.#drawn = new Map(this.#parts);
  }

  /** @param {Element} from */
  take(from) {
    this.#parts = new Map(Array.from(from.children, (part) => [part.id, part.outerHTML]));
  }

  /** Whether something is not on the page as the server drew it. */
  get isNew() {
    return (
      this.#drawn.size !== this.#parts.size ||
      [...this.#parts].some(([id, html]) => this.#drawn.get(id) !== html)
    );
  }

  /** @param {Element} screen of which nothing may stay */
  clear(screen) {
    this.#parts.clear();
    this.#drawn.clear();
    screen.replaceChildren();
  }

  /**
   * Put the server's screen on the page, except where somebody is typing.
   *
   * @param {Element} screen
   * @param {Set<string>} laidOver parts over which entries of this phone lie
   */
  draw(screen, laidOver) {
    const template = document.createElement("template");
    for (const part of [...screen.children]) {
      if (this.#parts.has(part.id) || isInUse(part)) continue;
      part.remove();
      this.#drawn.delete(part.id);
    }
    let place = screen.firstElementChild;
    for (const [id, html] of this.#parts) {
      const here = [...screen.children].find((part) => part.id === id);
      if (here && this.#drawn.get(id) === html && !laidOver.has(id)) {
        place = here.nextElementSibling;
        continue;
      }
      template.innerHTML = html;
      const drawn = /** @type {Element} */ (template.content.firstElementChild);
      if (here && isInUse(here)) {
        bringNewCalls(here, drawn);
        place = here.nextElementSibling;
        continue;
      }
      if (here) here.replaceWith(drawn);
      else screen.insertBefore(drawn, place);
      this.#drawn.set(id, html);
      place = drawn.nextElementSibling;
    }
  }
}

/**
 * @param {Element} screen
 * @returns {Set<string | null>} the dispatches on it that are not over
 */
export function openCalls(screen) {
  const cards = screen.querySelectorAll('[data-dispatch][data-open="yes"]');
  return new Set(Array.from(cards, (card) => card.getAttribute("data-dispatch")));
}

/**
 * Whether somebody is typing or choosing in a part of the screen: it must not move.
 *
 * @param {Element} part
 */
function isInUse(part) {
  const focused = document.activeElement;
  return (
    part.querySelector("details[open]") !== null ||
    (focused !== null &&
      part.contains(focused) &&
      focused.matches("input:not([type=hidden]), select, textarea"))
  );
}

/**
 * Nobody who writes why an order is given back misses the next one: it is put above.
 *
 * @param {Element} part that must not be drawn anew
 * @param {Element} drawn as it would be
 */
function bringNewCalls(part, drawn) {
  for (const card of drawn.querySelectorAll('[data-dispatch][data-open="yes"]')) {
    const { dispatch } = /** @type {HTMLElement} */ (card).dataset;
    if (!part.querySelector(`[data-dispatch="${dispatch}"]`)) {
      part.querySelector("article")?.before(card);
    }
  }
}
