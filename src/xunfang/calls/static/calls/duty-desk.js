// @ts-check
/**
 * <duty-desk>: keeps the desk up to date and lets it be worked by keys.
 *
 * Everything it does can be done with the links and buttons of the page: a key presses
 * the button that carries it in `data-key`. Where several carry it, a second key chooses.
 * While an order is under way, or another call is being fetched, no key gives an order.
 *
 * Attributes: data-stream-url, data-now-url; data-too-long, data-late and data-silent,
 * sentences with "%" for the time. Raises "desk-shown" when its lists are as they are now.
 */
import "./desk-command.js";
import { duration, setClocks, setFixes } from "./desk-clocks.js";
import { DeskFeed } from "./desk-feed.js";
import { applyRows } from "./desk-lists.js";
import "./desk-sound.js";

const FROZEN_AFTER_MS = 5000;
const NO_ANSWER_AFTER_MS = 10_000;
const ADVICE_EVERY_MS = 30_000;
const KEYS_OFF = "xunfang-desk-keys-off";

export class DutyDesk extends HTMLElement {
  /** @type {AbortController | null} */
  #life = null;
  /** @type {DeskFeed | null} */
  #feed = null;
  /** @type {AbortController | null} The call that is being fetched. */
  #fetching = null;
  #isBusy = false;
  #isOver = false;
  #adviceAt = -Infinity;
  #title = document.title;
  /** @type {{letters: string, buttons: HTMLElement[]} | null} */
  #choosing = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#feed = new DeskFeed({
      streamUrl: this.dataset.streamUrl ?? "",
      nowUrl: this.dataset.nowUrl ?? "",
      onMessage: (message) => this.#apply(message),
      onOver: () => this.#end(),
    });
    const map = /** @type {any} */ (this.querySelector("desk-map"));
    if (map) map.now = () => this.#feed?.now() ?? Date.now();
    customElements.whenDefined("desk-map").then(() => {
      const first = document.getElementById("desk-now")?.textContent;
      if (first) this.#feed?.take({ ...JSON.parse(first), is_whole: true });
      this.#mark();
      this.#feed?.start();
    });
    this.addEventListener("submit", (event) => this.#onSubmit(event), { signal });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.addEventListener("change", (event) => this.#onChange(event), { signal });
    this.addEventListener("mark-chosen", (event) => this.#onMark(event), { signal });
    document.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    const ticking = setInterval(() => this.#tick(), 500);
    signal.addEventListener("abort", () => clearInterval(ticking));
    const box = /** @type {HTMLInputElement | null} */ (
      this.querySelector("[data-keys-on]")
    );
    if (box) box.checked = !localStorage.getItem(KEYS_OFF);
  }

  disconnectedCallback() {
    this.#feed?.stop();
    this.#life?.abort();
  }

  get #map() {
    return /** @type {any} */ (this.querySelector("desk-map"));
  }

  get #work() {
    return /** @type {HTMLElement | null} */ (this.querySelector("#desk-work"));
  }

  get #here() {
    return this.#work?.dataset.call ?? "";
  }

  // What is shown ---------------------------------------------------------------------

  /** @param {Record<string, any>} message */
  #apply(message) {
    applyRows(this, message);
    this.dispatchEvent(new CustomEvent("desk-shown"));
    this.#map?.update?.(message);
    this.#mark();
    this.#tick();
    if (message.order || performance.now() - this.#adviceAt > ADVICE_EVERY_MS) {
      this.#askForAdvice();
    }
  }

  /** Mark the call in hand in the queue and on the map. */
  #mark() {
    for (const row of this.querySelectorAll("[data-list=queue] > [aria-current]")) {
      row.removeAttribute("aria-current");
    }
    document.getElementById(`call-${this.#here}`)?.setAttribute("aria-current", "true");
    this.#map?.select?.(this.#here || null);
    for (const field of this.querySelectorAll("input[data-here]")) {
      /** @type {HTMLInputElement} */ (field).value = this.#here;
    }
  }

  #tick() {
    const feed = this.#feed;
    if (!feed) return;
    const now = feed.now();
    const { tooLong, late, silent } = this.dataset;
    setClocks(this, now, { tooLong: tooLong ?? "%", late: late ?? "%" });
    const seenAt = (/** @type {string} */ unit) => this.#map?.fixedAt?.(unit);
    this.#showSilent(setFixes(this, now, seenAt, silent ?? "%"));
    const age = feed.ageMs();
    const isFrozen = this.#isOver || age > FROZEN_AFTER_MS;
    const shown = this.querySelector("[data-age]");
    if (shown) shown.textContent = duration(age);
    this.querySelector(".data-age")?.setAttribute(
      "data-level",
      isFrozen ? "alarm" : "ok",
    );
    const banner = /** @type {HTMLElement | null} */ (
      this.querySelector("[data-frozen]")
    );
    if (banner && banner.hidden === isFrozen) {
      banner.hidden = !isFrozen;
      this.toggleAttribute("data-is-frozen", isFrozen);
      document.title = isFrozen ? `■■■ ${this.#title}` : this.#title;
    }
    const frozenAge = this.querySelector("[data-frozen-age]");
    if (isFrozen && frozenAge) frozenAge.textContent = duration(age);
  }

  /** @param {number} nSilent */
  #showSilent(nSilent) {
    const badge = /** @type {HTMLElement | null} */ (
      this.querySelector("[data-silent-units]")
    );
    const count = badge?.querySelector("[data-silent-count]");
    if (!badge || !count || count.textContent === String(nSilent)) return;
    count.textContent = String(nSilent);
    badge.hidden = nSilent === 0;
  }

  #end() {
    this.#isOver = true;
    for (const text of this.querySelectorAll("[data-frozen-text]")) {
      const { frozenText } = /** @type {HTMLElement} */ (text).dataset;
      /** @type {HTMLElement} */ (text).hidden = frozenText !== "over";
    }
    this.#tick();
  }

  async #askForAdvice() {
    const holder = /** @type {HTMLElement | null} */ (
      this.querySelector("[data-advice-url]")
    );
    const isInUse = holder?.contains(document.activeElement);
    if (!holder || isInUse || performance.now() - this.#adviceAt < 3000) return;
    this.#adviceAt = performance.now();
    try {
      const answer = await fetch(holder.dataset.adviceUrl ?? "", {
        headers: { "X-Desk-Part": "advice" },
      });
      if (answer.ok && !answer.redirected) {
        const html = await answer.text();
        if (holder.innerHTML !== html) holder.innerHTML = html;
      }
    } catch {
      // Advice can wait; the age of the data says what is wrong.
    }
  }

  // What is done ----------------------------------------------------------------------

  /** @param {Event} event */
  #onSubmit(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method === "dialog" || event.defaultPrevented) return;
    event.preventDefault();
    const { submitter } = /** @type {SubmitEvent} */ (event);
    if (form.method === "get") {
      const query = new URLSearchParams(
        /** @type {any} */ (new FormData(form)),
      ).toString();
      this.#fetchCall(`${form.action}?${query}`);
      return;
    }
    const body = new FormData(form);
    if (submitter instanceof HTMLButtonElement && submitter.name) {
      body.append(submitter.name, submitter.value);
    }
    const action = submitter?.getAttribute("formaction") ?? form.action;
    this.#order(action, body, form);
  }

  /**
   * @param {string} action
   * @param {FormData} body
   * @param {HTMLFormElement} form
   */
  async #order(action, body, form) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#work?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(action, {
        method: "POST",
        body,
        headers: { "X-Desk-Part": "work" },
        signal: AbortSignal.timeout(NO_ANSWER_AFTER_MS),
      });
      if (answer.redirected) return this.#end();
      this.#show(await answer.text());
      const line = form.closest("desk-command");
      if (line && answer.ok) /** @type {any} */ (line).clear();
    } catch {
      this.#showNoAnswer(true);
    } finally {
      this.#isBusy = false;
      this.#work?.removeAttribute("aria-busy");
    }
  }

  /** @param {string} url */
  async #fetchCall(url) {
    this.#fetching?.abort();
    const fetching = new AbortController();
    this.#fetching = fetching;
    this.#work?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, {
        headers: { "X-Desk-Part": "work" },
        signal: fetching.signal,
      });
      if (answer.redirected) return this.#end();
      this.#show(await answer.text());
    } catch (error) {
      if (fetching.signal.aborted) return;
      console.error("duty-desk: the call did not load", error);
      this.#showNoAnswer(true);
    }
    if (this.#fetching === fetching) this.#fetching = null;
    this.#work?.removeAttribute("aria-busy");
  }

  /** @param {string} html */
  #show(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const work = holder.content.querySelector("#desk-work");
    // A page that is not the desk's says that nothing was kept: what is here stays.
    if (!work || !this.#work) return this.#showNoAnswer(true);
    this.#showNoAnswer(false);
    const had = this.#work.contains(document.activeElement);
    const stays = document.activeElement instanceof HTMLInputElement && !had;
    this.#work.replaceWith(work);
    if (!stays) this.#work?.focus({ preventScroll: true });
    const url = this.#here ? `?call=${this.#here}` : location.pathname;
    history.replaceState(null, "", url);
    this.#mark();
    this.#tick();
    document.getElementById(`call-${this.#here}`)?.scrollIntoView({ block: "nearest" });
    this.#say(
      (work.querySelector("[role=alert]") ?? work.querySelector("h2"))?.textContent ?? "",
    );
  }

  /** @param {boolean} isShown */
  #showNoAnswer(isShown) {
    const line = /** @type {HTMLElement | null} */ (
      this.querySelector("[data-no-answer]")
    );
    if (line) line.hidden = !isShown;
  }

  /** @param {string} sentence */
  #say(sentence) {
    const status = this.querySelector("[data-said]");
    if (status) status.textContent = sentence.trim().replace(/\s+/g, " ");
  }

  /** @param {Event} event */
  #onClick(event) {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest("a[data-part]");
    const mouse = /** @type {MouseEvent} */ (event);
    if (link instanceof HTMLAnchorElement && !mouse.ctrlKey && !mouse.metaKey) {
      event.preventDefault();
      if (link.dataset.step) this.#step(Number(link.dataset.step));
      else this.#fetchCall(link.href);
    } else if (target.closest('a[href="#desk-keys"]')) {
      event.preventDefault();
      /** @type {HTMLDialogElement | null} */ (
        this.querySelector("[data-keys]")
      )?.showModal();
    } else if (target.closest("[data-chooser-list] button")) {
      const n = Number(target.closest("button")?.dataset.n);
      const button = this.#choosing?.buttons[n];
      this.#stopChoosing();
      button?.click();
    }
  }

  /** @param {Event} event */
  #onChange(event) {
    const target = /** @type {HTMLInputElement} */ (event.target);
    if (target.matches("[data-keys-on]")) {
      if (target.checked) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, "1");
    } else if (target.name === "need") target.form?.requestSubmit();
  }

  /** @param {Event} event */
  #onMark(event) {
    const { kind, id } = /** @type {CustomEvent} */ (event).detail;
    if (kind === "call") this.#fetchCall(`?call=${id}`);
    const row = document.getElementById(`${kind}-${id}`);
    row?.scrollIntoView({ block: "nearest" });
    for (const old of this.querySelectorAll(".is-pointed-at")) {
      old.classList.remove("is-pointed-at");
    }
    if (kind === "unit") row?.classList.add("is-pointed-at");
  }

  /** @param {number} step */
  #step(step) {
    const rows = [...this.querySelectorAll("[data-list=queue] > li")];
    const at = rows.findIndex((row) => row.getAttribute("aria-current"));
    const from = at < 0 && step < 0 ? rows.length : at;
    const row = rows[from + step];
    if (!row) return;
    rows[at]?.removeAttribute("aria-current");
    // At once, so that the next key goes on from here.
    row.setAttribute("aria-current", "true");
    const link = row.querySelector("a");
    if (link) this.#fetchCall(link.href);
  }

  // Keys ------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.defaultPrevented) return;
    if (target.matches("input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape") this.#work?.focus();
      return;
    }
    const key = keyOf(event);
    if (this.#choosing) return this.#onChooserKey(event, key);
    if (this.querySelector("[data-keys][open]")) return;
    const isOff = localStorage.getItem(KEYS_OFF);
    if (isOff && !["Enter", "Escape", "?"].includes(key)) return;
    if (key === "Enter" && target.closest("a, button, summary, canvas")) return;
    if (key.startsWith("Arrow") && target.closest("[tabindex='0'], canvas, summary")) {
      return;
    }
    if (this.#press(key, event.repeat)) event.preventDefault();
  }

  /**
   * @param {string} key
   * @param {boolean} isRepeated
   * @returns {boolean} whether the key was one of ours
   */
  #press(key, isRepeated) {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
    if (step) {
      this.#step(step);
      return true;
    }
    if (key === "/") {
      this.#focus("#command-line");
      return true;
    }
    if (key === "n") {
      this.#focus("[data-note]");
      return true;
    }
    // A key that is held down gives one order.
    if (isRepeated) return key.length === 1;
    const selector = key === "Enter" ? '[data-key="Enter"], [data-first]' : null;
    const buttons = /** @type {HTMLElement[]} */ ([
      ...this.querySelectorAll(selector ?? `[data-key="${CSS.escape(key)}"]`),
    ]).filter((button) => !button.matches(":disabled"));
    if (!buttons.length) return false;
    const givesOrder = !["?", "m", "Escape"].includes(key);
    if (givesOrder && (this.#isBusy || this.#fetching)) return true;
    if (key === "x" || key === "p" || (buttons.length > 1 && key !== "Enter")) {
      this.#choose(buttons);
    } else buttons[0].click();
    return true;
  }

  /** @param {string} selector */
  #focus(selector) {
    const field = /** @type {HTMLInputElement | null} */ (this.querySelector(selector));
    field?.focus();
    field?.select();
  }

  /** @param {HTMLElement[]} buttons */
  #choose(buttons) {
    const dialog = /** @type {HTMLDialogElement | null} */ (
      this.querySelector("[data-chooser]")
    );
    const list = dialog?.querySelector("[data-chooser-list]");
    if (!dialog || !list) return;
    list.replaceChildren(
      ...buttons.map((button, n) => {
        const line = document.createElement("li");
        const choice = document.createElement("button");
        choice.className = "button";
        choice.type = "button";
        choice.dataset.n = String(n);
        const name = document.createElement("kbd");
        name.textContent = button.dataset.letters ?? String(n + 1);
        choice.append(name, ` ${button.dataset.label ?? button.textContent ?? ""}`);
        line.append(choice);
        return line;
      }),
    );
    this.#choosing = { letters: "", buttons };
    dialog.showModal();
    dialog.addEventListener("close", () => this.#stopChoosing(), { once: true });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {string} key
   */
  #onChooserKey(event, key) {
    if (!this.#choosing || key === "Enter" || key.length > 1) return;
    event.preventDefault();
    const { buttons } = this.#choosing;
    const typed = this.#choosing.letters + key.toUpperCase();
    const names = buttons.map((button, n) => button.dataset.letters ?? String(n + 1));
    const at = names.indexOf(typed);
    if (at >= 0) {
      this.#stopChoosing();
      buttons[at].click();
    } else {
      const couldBe = names.some((name) => name.startsWith(typed));
      this.#choosing.letters = couldBe ? typed : "";
    }
  }

  #stopChoosing() {
    this.#choosing = null;
    /** @type {HTMLDialogElement | null} */ (
      this.querySelector("[data-chooser][open]")
    )?.close();
  }

}

/**
 * The key that was meant: with a Chinese input method on, letters say "Process".
 *
 * @param {KeyboardEvent} event
 */
function keyOf(event) {
  if (event.key !== "Process" && !event.isComposing) {
    return event.key.length === 1 ? event.key.toLowerCase() : event.key;
  }
  if (event.code.startsWith("Key")) return event.code.slice(3).toLowerCase();
  if (event.code.startsWith("Digit")) return event.code.slice(5);
  return { Slash: event.shiftKey ? "?" : "/" }[event.code] ?? event.code;
}

customElements.define("duty-desk", DutyDesk);
