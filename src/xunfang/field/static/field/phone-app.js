// @ts-check
/**
 * <phone-app>: the officer's screen. Forms become entries that are kept on the phone
 * before anything else happens; they are sent when there is signal, and the screen is
 * asked for anew. Without this script every form is sent by the browser.
 *
 * @import { Entry } from "./store.js"
 */
import "./hold-button.js";
import "./next-stop.js";
import "./number-hint.js";
import "./observation-place.js";
import { PositionSwitch } from "./position-switch.js";
import { overlay } from "./overlay.js";
import { QueueView } from "./queue-view.js";
import { forgetTaken, send } from "./sender.js";
import { forget, keep, newKey, noteUnsent, read } from "./store.js";

const ASK_EVERY_MS = 10_000;
const PATIENCE_MS = 15_000;
/** So long after a finger has left the screen nothing on it moves. */
const AFTER_PRESS_MS = 400;

export class PhoneApp extends HTMLElement {
  /** @type {Entry[]} */
  #own = [];
  #nOthers = 0;
  #isOnline = navigator.onLine;
  #etag = "";
  #seenAt = 0;
  #isBusy = false;
  #isWanted = false;
  /** @type {number | undefined} */
  #timer;
  /** When a form was first touched. @type {WeakMap<Element, number>} */
  #touched = new WeakMap();
  /** The server's screen, part by part. @type {Map<string, string>} */
  #ground = new Map();
  /** What of it each part on the page was made from. @type {Map<string, string>} */
  #drawn = new Map();
  /** Parts over which entries of this phone lie. @type {Set<string>} */
  #laidOver = new Set();
  /** What was laid over them last. */
  #laid = "";
  #isPressed = false;
  /** @type {QueueView | undefined} */
  #queue;
  #calls = new Set();

  connectedCallback() {
    this.#queue = new QueueView(
      /** @type {HTMLElement} */ (this.querySelector("[data-queue]")),
      { again: this.#tryAgain, read: this.#haveRead },
    );
    this.#etag = this.dataset.etag ?? "";
    this.#takeGround(this.#screen);
    this.#drawn = new Map(this.#ground);
    this.#calls = this.#callsOn(this.#screen);
    this.addEventListener("submit", this.#onSubmit);
    this.addEventListener("pointerdown", this.#onTouch, { capture: true });
    this.addEventListener("focusin", this.#onTouch);
    this.addEventListener("toggle", this.#onToggle, { capture: true });
    window.addEventListener("pointerdown", this.#onPress, { capture: true });
    window.addEventListener("pointerup", this.#onRelease, { capture: true });
    window.addEventListener("pointercancel", this.#onRelease, { capture: true });
    window.addEventListener("online", this.#onLink);
    window.addEventListener("offline", this.#onLink);
    document.addEventListener("visibilitychange", this.#onLink);
    this.#timer = window.setInterval(this.#onTick, ASK_EVERY_MS);
    void this.#begin();
  }

  disconnectedCallback() {
    window.removeEventListener("pointerdown", this.#onPress, { capture: true });
    window.removeEventListener("pointerup", this.#onRelease, { capture: true });
    window.removeEventListener("pointercancel", this.#onRelease, { capture: true });
    window.removeEventListener("online", this.#onLink);
    window.removeEventListener("offline", this.#onLink);
    document.removeEventListener("visibilitychange", this.#onLink);
    window.clearInterval(this.#timer);
  }

  get #screen() {
    return /** @type {HTMLElement} */ (this.querySelector("[data-screen]"));
  }

  get #user() {
    return this.dataset.user ?? "";
  }

  async #begin() {
    // Eight hours of work lie there: ask the browser not to clear it away.
    void navigator.storage?.persist?.();
    await this.#reread();
    this.#redraw();
    void this.#keepPage();
    await this.#run();
  }

  /** Let the worker keep this page and all it is made of. */
  async #keepPage() {
    if (!("serviceWorker" in navigator)) return;
    try {
      await navigator.serviceWorker.register(this.dataset.workerUrl ?? "", {
        scope: this.dataset.scope,
      });
      const { active } = await navigator.serviceWorker.ready;
      /** @type {Set<string>} */
      const parts = new Set();
      // Styles and modules that others import stand in no list of ours: what the page
      // has loaded, and will load, says it.
      new PerformanceObserver((list) => {
        const nBefore = parts.size;
        for (const { name } of list.getEntries()) {
          if (name.startsWith(`${location.origin}/static/`)) parts.add(name);
        }
        if (parts.size === nBefore) return;
        active?.postMessage({ keep: [...parts], page: location.pathname });
      }).observe({ type: "resource", buffered: true });
    } catch (error) {
      // On an address that is not secure there is no worker; the screen still works.
      console.info("the screen is not kept for when there is no signal:", error);
    }
  }

  // What is entered

  /** @param {Event} event */
  #onTouch = (event) => {
    const touched = /** @type {Element} */ (event.target);
    // The summary that opens a form is its first touch.
    const form =
      touched.closest("form[data-entry]") ??
      touched.closest("details")?.querySelector("form[data-entry]");
    if (form && !this.#touched.has(form)) this.#touched.set(form, Date.now());
  };

  /** @param {Event} event */
  #onToggle = (event) => {
    const details = /** @type {HTMLDetailsElement} */ (event.target);
    const form = details.open ? null : details.querySelector("form[data-entry]");
    if (form) this.#touched.delete(form);
  };

  #onPress = () => {
    this.#isPressed = true;
  };

  #onRelease = () => {
    window.setTimeout(() => {
      this.#isPressed = false;
      this.#redraw();
    }, AFTER_PRESS_MS);
  };

  /** @param {SubmitEvent} event */
  #onSubmit = (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-entry]")) return;
    event.preventDefault();
    void this.#enter(form);
  };

  /** @param {HTMLFormElement} form */
  async #enter(form) {
    const position = PositionSwitch.lastFix;
    const data = new FormData(form);
    if (form.matches("[data-place]") && position) {
      data.set("lon", String(position.lon));
      data.set("lat", String(position.lat));
    }
    /** @type {Record<string, string | string[]>} */
    const fields = {};
    for (const name of new Set(data.keys())) {
      if (["csrfmiddlewaretoken", "key", "kind"].includes(name)) continue;
      const values = data.getAll(name).map(String);
      fields[name] = values.length > 1 ? values : values[0];
    }
    const now = Date.now();
    /** @type {Entry} */
    const entry = {
      key: newKey(),
      user: this.#user,
      kind: String(data.get("kind")),
      fields,
      label: form.dataset.label ?? "",
      noted_at: new Date(now).toISOString(),
      seconds: Math.round((now - (this.#touched.get(form) ?? now)) / 1000),
      status: "waiting",
      sentence: "",
    };
    this.#touched.delete(form);
    try {
      await keep(entry);
    } catch (error) {
      // The phone's store is full or forbidden: the browser sends it, or says it cannot.
      console.error("not kept on the phone, sent at once:", error);
      form.submit();
      return;
    }
    form.reset();
    form.closest("details")?.removeAttribute("open");
    this.#say(entry.label);
    await this.#reread();
    this.#redraw(form);
    await this.#run();
  }

  /** @param {Entry} entry */
  #tryAgain = async (entry) => {
    await keep({ ...entry, status: "waiting", sentence: "" });
    await this.#reread();
    this.#redraw();
    await this.#run();
  };

  /** @param {Entry} entry */
  #haveRead = async (entry) => {
    await forget(entry.key);
    await this.#reread();
    this.#redraw();
  };

  async #reread() {
    const { own, nOthers } = await read(this.#user);
    this.#own = own;
    this.#nOthers = nOthers;
    const nUnsent = own.filter((entry) => entry.status !== "taken").length;
    noteUnsent(nUnsent, this.dataset.scope ?? "");
  }

  // What goes out and comes in

  #onLink = () => {
    if (!navigator.onLine) this.#isOnline = false;
    this.#drawQueue();
    if (document.visibilityState === "visible" && navigator.onLine) void this.#run();
  };

  #onTick = () => {
    this.#drawQueue();
    if (document.visibilityState === "visible") void this.#run();
  };

  /** Send what waits, then ask for the screen; one round at a time. */
  async #run() {
    this.#isWanted = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        await this.#round();
      }
    } finally {
      this.#isBusy = false;
    }
  }

  async #round() {
    let outcome = await this.#send();
    if (outcome.how === "stale") {
      // The token has changed, or somebody else has signed in: ask, then once more.
      await this.#ask({ isFresh: true });
      outcome = await this.#send();
    }
    if (outcome.skew !== undefined) this.#queue?.tellSkew(outcome.skew);
    if (outcome.how === "offline") this.#isOnline = false;
    if (outcome.how === "signed-out") this.#askToSignIn(true);
    if (outcome.how !== "offline" && outcome.how !== "signed-out") await this.#ask();
    await this.#reread();
    this.#redraw();
  }

  #send() {
    return send({
      url: this.dataset.syncUrl ?? "",
      token: this.dataset.token ?? "",
      user: this.#user,
    });
  }

  /** @param {{ isFresh?: boolean }} [how] */
  async #ask({ isFresh = false } = {}) {
    let response;
    try {
      response = await fetch(this.dataset.stateUrl ?? "", {
        headers: {
          Accept: "application/json",
          ...(this.#etag && !isFresh ? { "If-None-Match": this.#etag } : {}),
        },
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch {
      this.#isOnline = false;
      return;
    }
    const isKept = response.headers.has("X-Kept");
    this.#isOnline = !isKept;
    if (response.status === 401) {
      this.#askToSignIn(true);
      return;
    }
    if (response.status !== 304 && !response.ok) return;
    // What the worker kept is no newer than what is on the page, once that has come.
    if (isKept && this.#seenAt) return;
    if (response.status === 200) {
      const said = await response.json();
      if (String(said.user) !== this.#user) {
        // Somebody else has signed in on this phone: nothing of this page is theirs.
        location.reload();
        return;
      }
      this.#etag = response.headers.get("ETag") ?? "";
      if (!isKept) this.dataset.token = said.token;
      const fragment = document.createElement("div");
      fragment.innerHTML = said.screen;
      this.#takeGround(fragment);
      this.#announce(fragment);
    }
    if (isKept) {
      this.#seenAt = Date.parse(response.headers.get("Date") ?? "") || 0;
      return;
    }
    this.#seenAt = Date.now();
    this.#askToSignIn(false);
    await forgetTaken(this.#own.length ? (await read(this.#user)).own : []);
  }

  /** @param {boolean} isShown */
  #askToSignIn(isShown) {
    this.#queue?.askToSignIn(isShown, this.dataset.signInUrl ?? "");
  }

  // What is seen

  /** @param {HTMLElement} from */
  #takeGround(from) {
    this.#ground = new Map(
      Array.from(from.children, (part) => [part.id, part.outerHTML]),
    );
  }

  /** @param {HTMLFormElement} [from] the form that was just sent */
  #redraw(from) {
    this.#drawQueue();
    const laid = this.#own.map((entry) => `${entry.key} ${entry.status}`).join();
    const isNew = laid !== this.#laid || [...this.#ground].some(
      ([id, html]) => this.#drawn.get(id) !== html,
    ) || this.#drawn.size !== this.#ground.size;
    if (!isNew || (this.#isPressed && !from)) return;
    const focused = document.activeElement?.id;
    const card = from?.closest("[data-dispatch]")?.getAttribute("data-dispatch");
    this.#drawGround();
    this.#laidOver = overlay(this.#screen, this.#own, this.#queue?.kept ?? "");
    this.#laid = laid;
    if (from && !from.isConnected) {
      const next = card
        ? `[data-dispatch="${card}"] .press[data-state="next"]`
        : `#${CSS.escape(focused || "duty")}`;
      /** @type {HTMLElement | null} */ (this.querySelector(next))?.focus();
    }
  }

  /** Put the server's screen on the page, except where somebody is typing. */
  #drawGround() {
    const screen = this.#screen;
    const template = document.createElement("template");
    for (const part of [...screen.children]) {
      if (this.#ground.has(part.id) || isInUse(part)) continue;
      part.remove();
      this.#drawn.delete(part.id);
    }
    let place = screen.firstElementChild;
    for (const [id, html] of this.#ground) {
      const here = [...screen.children].find((part) => part.id === id);
      const isRight = this.#drawn.get(id) === html && !this.#laidOver.has(id);
      if (here && (isRight || isInUse(here))) {
        place = here.nextElementSibling;
        continue;
      }
      template.innerHTML = html;
      const drawn = /** @type {Element} */ (template.content.firstElementChild);
      if (here) here.replaceWith(drawn);
      else screen.insertBefore(drawn, place);
      this.#drawn.set(id, html);
      place = drawn.nextElementSibling;
    }
  }

  #drawQueue() {
    this.#queue?.draw(this.#own, {
      nOthers: this.#nOthers,
      isOnline: this.#isOnline,
      seenAt: this.#seenAt,
    });
  }

  /** @param {HTMLElement} screen */
  #callsOn(screen) {
    return new Set(
      Array.from(
        screen.querySelectorAll('[data-dispatch][data-open="yes"]'),
        (card) => card.getAttribute("data-dispatch"),
      ),
    );
  }

  /** @param {HTMLElement} fragment */
  #announce(fragment) {
    const now = this.#callsOn(fragment);
    if ([...now].some((call) => !this.#calls.has(call))) {
      this.#say(this.dataset.callsOut ?? "");
      navigator.vibrate?.([400, 150, 400, 150, 400]);
    }
    this.#calls = now;
  }

  /** @param {string} words */
  #say(words) {
    const said = this.querySelector("[data-say]");
    if (said) said.textContent = words;
  }
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

customElements.define("phone-app", PhoneApp);
