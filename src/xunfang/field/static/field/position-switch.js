// @ts-check
/**
 * <position-switch>: whether the phone says where the crew is. In sight, off at first, and
 * off by itself when the crew goes off duty. Nothing is sent or kept otherwise. What
 * cannot be sent waits in the phone's store (`fixes.js`).
 *
 * @import { Fix } from "./fixes.js"
 */
import { forgetFixes, keepFix, readFixes, sendFixes } from "./fixes.js";

const SEND_EVERY_MS = 15_000;
const CHOICE = "xunfang-position";

export class PositionSwitch extends HTMLElement {
  /** The newest place, for what is entered just now. @type {Fix | undefined} */
  static lastFix;
  /** When one was last kept, across drawings of the screen. */
  static #keptAt = 0;
  /** @type {number | undefined} */
  #watch;
  /** @type {number | undefined} */
  #timer;

  /**
   * Nothing is measured any more, and whoever goes on duty again chooses anew. What was
   * measured on duty and is not sent yet goes out when there is signal.
   *
   * @param {string} user
   */
  static end(user) {
    if (localStorage.getItem(CHOICE) === user) localStorage.removeItem(CHOICE);
    PositionSwitch.lastFix = undefined;
  }

  connectedCallback() {
    this.#button?.addEventListener("click", this.#onPress);
    // The screen is drawn over when something was entered: off duty is off at once.
    this.#observer.observe(
      /** @type {HTMLElement} */ (this.closest("[data-on]")),
      { attributeFilter: ["data-on"] },
    );
    // Once the entries of this phone lie over what the server has drawn.
    queueMicrotask(() => this.#apply());
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    this.#stop();
  }

  #observer = new MutationObserver(() => this.#apply());

  get #button() {
    return this.querySelector("button");
  }

  get #app() {
    return /** @type {HTMLElement | null} */ (this.closest("phone-app"));
  }

  get #user() {
    return this.#app?.dataset.user ?? "";
  }

  get #isOnDuty() {
    return this.closest("[data-on]")?.getAttribute("data-on") === "yes";
  }

  /** A choice is one officer's: the next one on this phone chooses anew. */
  get #isChosen() {
    return localStorage.getItem(CHOICE) === this.#user;
  }

  #onPress = async () => {
    if (this.#isChosen) {
      PositionSwitch.end(this.#user);
      await forgetFixes(this.#user);
    } else localStorage.setItem(CHOICE, this.#user);
    this.#apply();
  };

  #apply() {
    if (!this.isConnected) return;
    const canSay = "geolocation" in navigator && this.#isOnDuty;
    const button = this.#button;
    if (button) button.disabled = !canSay;
    if (canSay && this.#isChosen) this.#start();
    else this.#stop();
    this.#show(this.#watch === undefined ? "Off" : "On");
    void this.#count();
  }

  /** @param {"On" | "Off" | "None"} how */
  #show(how) {
    this.#button?.setAttribute("aria-checked", String(how !== "Off"));
    const words = this.querySelector("[data-words]");
    if (words) words.textContent = this.dataset[`words${how}`] ?? "";
  }

  /** Say how many places are still on the phone. */
  async #count() {
    const waiting = /** @type {HTMLElement | null} */ (
      this.querySelector("[data-waiting]")
    );
    if (!waiting) return;
    const n = (await readFixes(this.#user)).length;
    // One that is just about to be sent is not worth a word.
    waiting.hidden = n < 2;
    const words = waiting.hidden ? "" : (this.dataset.wordsWaiting ?? "");
    waiting.textContent = words.replace("{n}", String(n));
  }

  #start() {
    if (this.#watch !== undefined) return;
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords }) => void this.#onFix(coords),
      () => this.#show("None"),
      { enableHighAccuracy: true, maximumAge: 5000 },
    );
    this.#timer = window.setInterval(() => void this.#send(), SEND_EVERY_MS);
  }

  /** @param {GeolocationCoordinates} coords */
  async #onFix(coords) {
    if (this.#watch === undefined) return;
    // By the phone's own clock, not the satellites': when it is sent, the one clock that
    // is put right is this one.
    const now = Date.now();
    const isFirst = !PositionSwitch.lastFix;
    const fix = {
      at: new Date(now).toISOString(),
      lon: coords.longitude,
      lat: coords.latitude,
      accuracy: coords.accuracy,
      speed: coords.speed,
      heading: coords.heading,
    };
    PositionSwitch.lastFix = fix;
    this.#show("On");
    if (!isFirst && Math.abs(now - PositionSwitch.#keptAt) < SEND_EVERY_MS) return;
    PositionSwitch.#keptAt = now;
    await keepFix(this.#user, fix);
    // Switched off while it was written down; the end of the duty takes nothing back.
    if (!this.#isChosen && this.#isOnDuty) await forgetFixes(this.#user);
    else if (isFirst) await this.#send();
    else await this.#count();
  }

  #stop() {
    if (this.#watch !== undefined) navigator.geolocation.clearWatch(this.#watch);
    window.clearInterval(this.#timer);
    this.#watch = this.#timer = undefined;
  }

  async #send() {
    const { positionUrl: url = "", token = "", user = "" } = this.#app?.dataset ?? {};
    await sendFixes({ url, token, user });
    await this.#count();
  }
}

customElements.define("position-switch", PositionSwitch);
