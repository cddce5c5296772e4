// @ts-check
/**
 * <position-switch>: whether the phone says where the crew is. In sight, off at first, and
 * off by itself when the crew goes off duty. Nothing is sent or kept otherwise. What
 * cannot be sent waits in this page's memory; it is never written to the phone's store.
 */
const SEND_EVERY_MS = 15_000;
/** Eight hours, one place each quarter of a minute. */
const MOST_UNSENT = 1920;
const CHOICE = "xunfang-position";

/**
 * @typedef {object} Fix
 * @property {string} at
 * @property {number} lon
 * @property {number} lat
 * @property {number | null} accuracy
 * @property {number | null} speed
 * @property {number | null} heading
 */

export class PositionSwitch extends HTMLElement {
  /** The newest place, for what is entered just now. @type {Fix | undefined} */
  static lastFix;
  /** @type {number | undefined} */
  #watch;
  /** @type {number | undefined} */
  #timer;
  /** Where the crew was since signal was lost, across drawings of the screen.
   * @type {Fix[]} */
  static #unsent = [];
  #addedAt = 0;

  connectedCallback() {
    this.#button?.addEventListener("click", this.#onPress);
    this.#apply();
    // The screen is drawn over when something was entered: off duty is off at once.
    this.#observer.observe(
      /** @type {HTMLElement} */ (this.closest("[data-on]")),
      { attributeFilter: ["data-on"] },
    );
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

  get #isOnDuty() {
    return this.closest("[data-on]")?.getAttribute("data-on") === "yes";
  }

  /** A choice is one officer's: the next one on this phone chooses anew. */
  get #isChosen() {
    return localStorage.getItem(CHOICE) === this.#app?.dataset.user;
  }

  #onPress = () => {
    if (this.#isChosen) localStorage.removeItem(CHOICE);
    else localStorage.setItem(CHOICE, this.#app?.dataset.user ?? "");
    this.#apply();
  };

  #apply() {
    const canSay = "geolocation" in navigator && this.#isOnDuty;
    if (!this.#isOnDuty && this.#watch !== undefined) localStorage.removeItem(CHOICE);
    const button = this.#button;
    if (button) button.disabled = !canSay;
    if (canSay && this.#isChosen) {
      this.#start();
    } else {
      this.#stop();
      PositionSwitch.lastFix = undefined;
      PositionSwitch.#unsent = [];
    }
    this.#show(this.#watch === undefined ? "Off" : "On");
  }

  /** @param {"On" | "Off" | "None"} how */
  #show(how) {
    this.#button?.setAttribute("aria-checked", String(how !== "Off"));
    const words = this.querySelector("[data-words]");
    if (words) words.textContent = this.dataset[`words${how}`] ?? "";
  }

  #start() {
    if (this.#watch !== undefined) return;
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        const isFirst = !PositionSwitch.lastFix;
        const fix = {
          at: new Date(timestamp).toISOString(),
          lon: coords.longitude,
          lat: coords.latitude,
          accuracy: coords.accuracy,
          speed: coords.speed,
          heading: coords.heading,
        };
        PositionSwitch.lastFix = fix;
        if (isFirst || timestamp - this.#addedAt >= SEND_EVERY_MS) {
          this.#addedAt = timestamp;
          PositionSwitch.#unsent.push(fix);
          PositionSwitch.#unsent.splice(0, PositionSwitch.#unsent.length - MOST_UNSENT);
        }
        this.#show("On");
        if (isFirst) void this.#send();
      },
      () => this.#show("None"),
      { enableHighAccuracy: true, maximumAge: 5000 },
    );
    this.#timer = window.setInterval(() => void this.#send(), SEND_EVERY_MS);
  }

  #stop() {
    if (this.#watch !== undefined) navigator.geolocation.clearWatch(this.#watch);
    window.clearInterval(this.#timer);
    this.#watch = this.#timer = undefined;
  }

  async #send() {
    const fixes = [...PositionSwitch.#unsent];
    const app = this.#app;
    if (!fixes.length || !app || !navigator.onLine) return;
    try {
      const response = await fetch(app.dataset.positionUrl ?? "", {
        method: "POST",
        headers: {
          Accept: "application/json",
          "Content-Type": "application/json",
          "X-CSRFToken": app.dataset.token ?? "",
        },
        body: JSON.stringify({ sent_at: new Date().toISOString(), fixes }),
        redirect: "error",
      });
      if (!response.ok) return;
      PositionSwitch.#unsent = PositionSwitch.#unsent.filter(
        (fix) => !fixes.includes(fix),
      );
    } catch {
      // No signal: they wait.
    }
  }
}

customElements.define("position-switch", PositionSwitch);
