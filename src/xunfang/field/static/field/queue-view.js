// @ts-check
/**
 * What is still on this phone, in sight: how much, how old, and why something was refused.
 *
 * @import { Entry } from "./store.js"
 */
import { undone } from "./store.js";

const MINUTE_MS = 60_000;
const WRONG_BY_S = 60;

export class QueueView {
  /** @type {HTMLElement} */
  #root;
  /** @type {Entry[]} */
  #own = [];

  /**
   * @param {HTMLElement} root
   * @param {{ again: (entry: Entry) => void, read: (entry: Entry) => void }} acts
   */
  constructor(root, acts) {
    this.#root = root;
    root.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("button");
      const key = button?.closest("li")?.dataset.key;
      const entry = this.#own.find((one) => one.key === key);
      if (!button || !entry) return;
      if ("rowAgain" in button.dataset) acts.again(entry);
      if ("rowRead" in button.dataset) acts.read(entry);
    });
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.#root.querySelector(`[data-${name}]`));
  }

  /** @param {string} name @param {Record<string, string | number>} [values] */
  #words(name, values = {}) {
    const words = this.#root.dataset[`words${name}`] ?? "";
    return words.replace(/\{(\w+)\}/g, (_all, key) => String(values[key] ?? ""));
  }

  /** @returns {string} words for "kept, to be sent" */
  get kept() {
    return this.#words("RowWaiting");
  }

  /** @param {boolean} isShown @param {string} url */
  askToSignIn(isShown, url) {
    this.#part("sign-in").hidden = !isShown;
    /** @type {HTMLAnchorElement} */ (this.#part("sign-in-link")).href = url;
  }

  /** @param {boolean} isShown */
  tellExpired(isShown) {
    this.#part("expired").hidden = !isShown;
  }

  /** @param {number} skew seconds */
  tellSkew(skew) {
    this.#part("skew").hidden = Math.abs(skew) <= WRONG_BY_S;
    this.#part("skew-by").textContent = this.#age(Math.abs(skew) * 1000);
  }

  /**
   * @param {Entry[]} own
   * @param {object} now
   * @param {number} now.nOthers
   * @param {number} now.nPlaces of a duty that is over
   * @param {boolean} now.isOnline
   * @param {number} now.seenAt when the screen came from the server, by this clock
   */
  draw(own, { nOthers, nPlaces, isOnline, seenAt }) {
    this.#own = own;
    const open = own.filter((entry) => entry.status !== "taken");
    const waiting = open.filter((entry) => entry.status === "waiting");
    const nRefused = open.length - waiting.length;
    this.#part("others").hidden = nOthers === 0;
    this.#tellPlaces(nPlaces);
    const parts = [this.#words(isOnline ? "Online" : "Offline")];
    if (!isOnline && seenAt) parts.push(this.#words("Seen", { t: clock(seenAt) }));
    if (waiting.length) {
      const oldest = Math.min(...waiting.map((entry) => Date.parse(entry.noted_at)));
      parts.push(this.#words("Waiting", { n: waiting.length }));
      parts.push(this.#words("Oldest", { t: this.#age(Date.now() - oldest) }));
    }
    if (nRefused) parts.push(this.#words("Refused", { n: nRefused }));
    const sum = parts.join(" · ");
    for (const shown of [this.#part("queue-sum"), document.querySelector("[data-link]")]) {
      if (shown && shown.textContent !== sum) shown.textContent = sum;
    }
    this.#root.dataset.state = isOnline ? "online" : "offline";
    document.querySelector(".phone-bar")?.setAttribute(
      "data-state",
      nRefused ? "refused" : isOnline ? "online" : "offline",
    );
    this.#drawRows(open);
    this.#root.hidden =
      !open.length &&
      nOthers === 0 &&
      nPlaces === 0 &&
      this.#part("sign-in").hidden &&
      this.#part("expired").hidden &&
      this.#part("skew").hidden;
  }

  /** @param {number} n */
  #tellPlaces(n) {
    const told = this.#part("places");
    const words = n ? this.#words("Places", { n }) : "";
    told.hidden = n === 0;
    if (told.textContent !== words) told.textContent = words;
  }

  /** @param {Entry[]} open */
  #drawRows(open) {
    const rows = this.#part("queue-rows");
    const refused = this.#part("queue-refused");
    const template = /** @type {HTMLTemplateElement} */ (
      this.#root.querySelector("template[data-queue-row]")
    );
    const wanted = JSON.stringify(open.map((one) => [one.key, one.status, one.sentence]));
    if (rows.dataset.drawn === wanted) return;
    rows.dataset.drawn = wanted;
    const isRefused = (/** @type {Entry} */ one) => one.status === "refused";
    const draw = (/** @type {Entry} */ one) => this.#row(one, template);
    refused.replaceChildren(...open.filter(isRefused).map(draw));
    rows.replaceChildren(...open.filter((one) => !isRefused(one)).map(draw));
    refused.hidden = !refused.hasChildNodes();
    this.#part("queue-waiting").hidden = !rows.hasChildNodes();
  }

  /**
   * @param {Entry} entry
   * @param {HTMLTemplateElement} template
   */
  #row(entry, template) {
    const row = /** @type {HTMLElement} */ (
      /** @type {DocumentFragment} */ (template.content.cloneNode(true)).firstElementChild
    );
    const part = (/** @type {string} */ name) =>
      /** @type {HTMLElement} */ (row.querySelector(`[data-row-${name}]`));
    const isRefused = entry.status === "refused";
    row.dataset.key = entry.key;
    row.dataset.status = entry.status;
    part("label").textContent = entry.label;
    part("at").textContent = clock(Date.parse(entry.noted_at));
    part("at").setAttribute("datetime", entry.noted_at);
    const waits = undone(this.#own).has(entry.key)
      ? this.#words("RowWithdrawn")
      : this.kept;
    part("state").textContent = isRefused ? entry.sentence : waits;
    part("acts").hidden = !isRefused;
    return row;
  }

  /** @param {number} ms */
  #age(ms) {
    const minutes = Math.floor(ms / MINUTE_MS);
    if (minutes < 1) return this.#words("Now");
    if (minutes < 60) return this.#words("Minutes", { n: minutes });
    return this.#words("Hours", { h: Math.floor(minutes / 60), n: minutes % 60 });
  }
}

/** @param {number} ms */
function clock(ms) {
  const at = new Date(ms);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}
