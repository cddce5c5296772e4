// @ts-check
/**
 * <risk-cards> shows all life-risk cards, <local-help> who lends what is needed, nearest
 * first: both from what is kept on this phone, without signal. Until that has come, and
 * without scripts, there is a link to the page that holds the same.
 *
 * @import { Card, Directory, Help } from "./library.js"
 */
import { asClock } from "../calls/elapsed-time.js";
import { CAME, readLibrary } from "./library.js";
import { PositionSwitch } from "./position-switch.js";

const EARTH_M = 6_371_000;
const RADIAN = Math.PI / 180;

/** Draws itself from what is kept, and again when that has come. */
class Kept extends HTMLElement {
  connectedCallback() {
    document.addEventListener(CAME, this.#onCame);
    void this.draw();
  }

  disconnectedCallback() {
    document.removeEventListener(CAME, this.#onCame);
  }

  #onCame = () => void this.draw();

  async draw() {}

  /** @param {"cardsUrl" | "helpUrl"} name */
  async read(name) {
    const app = /** @type {HTMLElement | null} */ (this.closest("phone-app"));
    return readLibrary(app?.dataset[name] ?? "");
  }

  /** @param {string} name @param {Record<string, string | number>} [values] */
  words(name, values = {}) {
    const words = document.getElementById("guide-words")?.dataset[name] ?? "";
    return words.replace(/\{(\w+)\}/g, (_all, key) => String(values[key] ?? ""));
  }

  /** @param {(Node | string)[]} drawn in place of the link */
  show(...drawn) {
    let shown = this.querySelector("[data-shown]");
    if (!shown) {
      shown = document.createElement("div");
      shown.setAttribute("data-shown", "");
      shown.className = "guide__shown";
      this.append(shown);
    }
    shown.replaceChildren(...drawn);
  }

  /** Say that nothing is kept yet; the link stays. */
  showNothingKept() {
    this.show(paragraph(this.words("notKept")));
  }

  hideLink() {
    const link = /** @type {HTMLElement | null} */ (this.querySelector(".with-signal"));
    if (link) link.hidden = true;
  }
}

class RiskCards extends Kept {
  async draw() {
    /** @type {{ cards: Card[] } | undefined} */
    const kept = await this.read("cardsUrl");
    if (!kept) {
      this.showNothingKept();
      return;
    }
    this.hideLink();
    this.show(...kept.cards.map((card) => this.#card(card)));
  }

  /** @param {Card} card */
  #card(card) {
    const drawn = fromTemplate("guide-card");
    fill(drawn, "name", local(card.name, card.name_en));
    fill(drawn, "first", local(card.first, card.first_en));
    fill(drawn, "after", local(card.after_care, card.after_care_en));
    /** @type {HTMLElement} */ (drawn.querySelector(".risk__after")).hidden =
      !card.after_care;
    drawn.querySelector("[data-steps]")?.replaceChildren(
      ...card.steps.map(({ part, text, text_en, within_s }) => {
        const step = fromTemplate("guide-step");
        fill(step, "part-of", this.words(part));
        fill(step, "text", local(text, text_en));
        const within = fill(step, "within", "");
        within.hidden = within_s === null;
        if (within_s !== null) {
          within.textContent = this.words("within", { time: asClock(within_s) });
        }
        return step;
      }),
    );
    return drawn;
  }
}

class LocalHelp extends Kept {
  connectedCallback() {
    this.#asked?.addEventListener("input", this.#onInput);
    this.closest("details")?.addEventListener("toggle", this.#onInput);
    super.connectedCallback();
  }

  get #asked() {
    return this.querySelector("input");
  }

  #onInput = () => void this.draw();

  async draw() {
    /** @type {Directory | undefined} */
    const kept = await this.read("helpUrl");
    if (!kept) {
      this.showNothingKept();
      return;
    }
    this.hideLink();
    const field = /** @type {HTMLElement | null} */ (this.querySelector("[data-asked]"));
    if (field) field.hidden = false;
    const found = this.#found(kept);
    const most = Number(this.dataset.most);
    const list = document.createElement("ul");
    list.className = "help-lines";
    list.append(
      ...found.slice(0, most).map(({ help, away_m }) => this.#line(help, away_m, kept)),
    );
    const nMore = this.#asked ? found.length - most : 0;
    this.show(
      found.length ? list : paragraph(this.words("none")),
      ...(nMore > 0 ? [paragraph(this.words("more", { n: nMore }))] : []),
    );
  }

  /** @param {Directory} kept */
  #found({ help, kinds }) {
    const near = this.#near();
    const wanted = this.dataset.kinds?.split(" ");
    const asked = (this.#asked?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    return help
      .filter((one) => !wanted || wanted.includes(one.kind))
      .filter((one) => {
        const words = [one.kind, ...(kinds[one.kind] ?? []), one.name, one.name_en]
          .concat([one.place, one.note, one.phone])
          .map((text) => text.toLowerCase());
        return asked.every((word) => words.some((text) => text.includes(word)));
      })
      .map((one) => ({ help: one, away_m: away(one, near) }))
      .sort((a, b) => a.away_m - b.away_m);
  }

  /** The call's place, else where the phone is, else the first call with a place. */
  #near() {
    const { lat, lon } = this.dataset;
    if (lat && lon) return { lat: Number(lat), lon: Number(lon) };
    if (PositionSwitch.lastFix) return PositionSwitch.lastFix;
    const call = /** @type {HTMLElement | null} */ (
      document.querySelector("#calls local-help[data-lat]")
    );
    return call && { lat: Number(call.dataset.lat), lon: Number(call.dataset.lon) };
  }

  /**
   * @param {Help} help
   * @param {number} away_m
   * @param {Directory} kept
   */
  #line(help, away_m, { kinds }) {
    const line = fromTemplate("guide-help");
    const [chinese = help.kind, english = help.kind] = kinds[help.kind] ?? [];
    fill(line, "name", local(help.name, help.name_en));
    fill(line, "kind", local(chinese, english));
    fill(line, "away", Number.isFinite(away_m) ? this.#distance(away_m) : "");
    fill(line, "where", [help.place, help.note].filter(Boolean).join(" · "));
    const phone = /** @type {HTMLAnchorElement} */ (fill(line, "phone", help.phone));
    phone.href = `tel:${help.phone}`;
    return line;
  }

  /** @param {number} away_m rounded to ten metres; from a kilometre on in kilometres */
  #distance(away_m) {
    return away_m < 995
      ? this.words("metres", { n: Math.round(away_m / 10) * 10 })
      : this.words("kilometres", { n: (away_m / 1000).toFixed(1) });
  }
}

/**
 * @param {Help} help
 * @param {{ lat: number, lon: number } | null | undefined} near
 * @returns {number} metres, infinite where one of the two has no point
 */
function away(help, near) {
  if (!near || help.lat === null || help.lon === null) return Infinity;
  const north = (help.lat - near.lat) * RADIAN;
  const east = (help.lon - near.lon) * RADIAN * Math.cos(near.lat * RADIAN);
  return Math.hypot(north, east) * EARTH_M;
}

/** @param {string} chinese @param {string} english */
function local(chinese, english) {
  return english && !document.documentElement.lang.startsWith("zh") ? english : chinese;
}

/** @param {string} id */
function fromTemplate(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (
    /** @type {DocumentFragment} */ (template.content.cloneNode(true)).querySelector("*")
  );
}

/** @param {HTMLElement} within @param {string} name @param {string} text */
function fill(within, name, text) {
  const part = /** @type {HTMLElement} */ (within.querySelector(`[data-${name}]`));
  part.textContent = text;
  return part;
}

/** @param {string} text */
function paragraph(text) {
  const drawn = document.createElement("p");
  drawn.textContent = text;
  return drawn;
}

customElements.define("risk-cards", RiskCards);
customElements.define("local-help", LocalHelp);
