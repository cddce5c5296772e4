// @ts-check
/**
 * <phone-app>: the officer's screen. Forms become entries that are kept on the phone
 * before anything else happens; they are sent when there is signal, and the screen is
 * asked for anew. Without this script every form is sent by the browser.
 *
 * @import { Entry } from "./store.js"
 */
import "./guide.js";
import "./hold-button.js";
import "./next-stop.js";
import "./number-hint.js";
import "./observation-place.js";
import "./risk-clock.js";
import "./undo-line.js";
import { readFixes, sendFixes } from "./fixes.js";
import { Ground, openCalls } from "./ground.js";
import { changeKept, readKept } from "./kept-screen.js";
import { keepLibrary, letLibraryGo } from "./library.js";
import { PositionSwitch } from "./position-switch.js";
import { overlay, withhold } from "./overlay.js";
import { QueueView } from "./queue-view.js";
import { forgetTaken, send } from "./sender.js";
import { learn, now } from "./server-clock.js";
import { forget, keep, newKey, noteUnsent, read } from "./store.js";

const ASK_EVERY_MS = 10_000;
const PATIENCE_MS = 15_000;
/** So long after a finger has left the screen nothing on it moves. */
const AFTER_PRESS_MS = 400;

export class PhoneApp extends HTMLElement {
  /** @type {Entry[]} */
  #own = [];
  #nOthers = 0;
  /** How many places of a duty that is over are still to be sent. */
  #nPlaces = 0;
  #isOnline = navigator.onLine;
  #etag = "";
  /** When the screen came from the server; of a kept one, when the server drew it. */
  #seenAt = 0;
  #isBusy = false;
  #isWanted = false;
  /** @type {number | undefined} */
  #timer;
  /** When a form was first touched. @type {WeakMap<Element, number>} */
  #touched = new WeakMap();
  #ground = new Ground();
  /** Parts over which entries of this phone lie. @type {Set<string>} */
  #laidOver = new Set();
  /** What was laid over them last. */
  #laid = "";
  #isPressed = false;
  /** @type {QueueView | undefined} */
  #queue;
  #calls = new Set();
  /** Whether it is on record, or will be, that the restricted calls here were read. */
  #isReadNoted = false;

  connectedCallback() {
    this.#queue = new QueueView(
      /** @type {HTMLElement} */ (this.querySelector("[data-queue]")),
      { again: this.#tryAgain, read: this.#haveRead },
    );
    this.#etag = this.dataset.etag ?? "";
    this.#seenAt = Date.parse(this.dataset.drawnAt ?? "") || 0;
    this.#ground.begin(this.#screen);
    this.#calls = openCalls(this.#screen);
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

  get #isOnDuty() {
    return this.querySelector("#duty")?.getAttribute("data-on") === "yes";
  }

  async #begin() {
    // Eight hours of work lie there: ask the browser not to clear it away.
    void navigator.storage?.persist?.();
    await this.#takeKept().catch((error) => console.error("kept, not read:", error));
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
    const since = Date.now() - (this.#touched.get(form) ?? Date.now());
    const entry = this.#entry(String(data.get("kind")), fields, form.dataset.label ?? "");
    entry.seconds = Math.round(since / 1000);
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
    this.#letGoOf(entry);
    form.closest("details")?.removeAttribute("open");
    this.#say(entry.label);
    await this.#reread();
    this.#redraw(form);
    await this.#run();
  }

  /**
   * @param {string} kind
   * @param {Record<string, string | string[]>} fields
   * @param {string} label
   * @returns {Entry}
   */
  #entry(kind, fields, label) {
    return {
      key: newKey(),
      user: this.#user,
      kind,
      fields,
      label,
      noted_at: new Date().toISOString(),
      seconds: 0,
      status: "waiting",
      sentence: "",
    };
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
    this.#nPlaces = this.#isOnDuty ? 0 : (await readFixes(this.#user)).length;
    const nUnsent = own.filter((entry) => entry.status !== "taken").length;
    noteUnsent(nUnsent + this.#nPlaces, this.dataset.scope ?? "");
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
    else this.#expire();
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
    this.#expire();
    await this.#noteReading();
    await this.#reread();
    this.#redraw();
    // After the entries: whoever went on duty without signal is on duty by now.
    if (this.#isOnline) void this.#sendPlaces();
    this.#settle();
  }

  async #sendPlaces() {
    await sendFixes(this.#to(this.dataset.positionUrl));
    await this.#reread();
    this.#drawQueue();
  }

  #send() {
    return send(this.#to(this.dataset.syncUrl));
  }

  #to(url = "") {
    return { url, token: this.dataset.token ?? "", user: this.#user };
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
    this.#isOnline = !response.headers.has("X-Kept");
    // What the worker kept is on the page since it was opened.
    if (!this.#isOnline) return;
    learn(response);
    if (response.status === 401) {
      this.#askToSignIn(true);
      return;
    }
    if (response.status !== 304 && !response.ok) return;
    if (response.status === 200) {
      const said = await response.json();
      if (String(said.user) !== this.#user) {
        // Somebody else has signed in on this phone: nothing of this page is theirs.
        location.reload();
        return;
      }
      this.dataset.token = said.token;
      this.#announce(this.#take(response, said));
    }
    this.#seenAt = Date.now();
    // What the server has just shown, it has put on record itself.
    this.#isReadNoted = true;
    this.#askToSignIn(false);
    await forgetTaken(this.#own.length ? (await read(this.#user)).own : []);
  }

  /**
   * A call may have come after the page that is kept: what is kept of the screen is then
   * newer, and is there at once, whatever else waits for a signal.
   */
  async #takeKept() {
    const kept = await readKept(this.dataset.stateUrl ?? "");
    const drawnAt = Date.parse(kept?.headers.get("X-Field-Now") ?? "");
    if (!kept || !(drawnAt > this.#seenAt)) return;
    const said = await kept.json();
    if (String(said.user) !== this.#user) return;
    this.#seenAt = drawnAt;
    this.#calls = openCalls(this.#take(kept, said));
  }

  /**
   * @param {Response} response
   * @param {{ kept_until: string, screen: string }} said in it
   */
  #take(response, said) {
    this.#etag = response.headers.get("ETag") ?? "";
    this.dataset.keptUntil = said.kept_until;
    const fragment = document.createElement("div");
    fragment.innerHTML = said.screen;
    this.#ground.take(fragment);
    return fragment;
  }

  /** @param {boolean} isShown */
  #askToSignIn(isShown) {
    this.#queue?.askToSignIn(isShown, this.dataset.signInUrl ?? "");
  }

  // What may stay on the phone

  get #keptUrls() {
    return [this.dataset.scope ?? "", this.dataset.stateUrl ?? ""];
  }

  /** On duty the phone knows cards and local help; off duty nothing of the night stays. */
  #settle() {
    if (this.#isOnDuty) {
      const { cardsUrl = "", helpUrl = "" } = this.dataset;
      if (this.#isOnline) void keepLibrary([cardsUrl, helpUrl]);
    } else {
      PositionSwitch.end(this.#user);
      void letLibraryGo();
    }
  }

  /** Whoever opens the kept screen without signal reads restricted calls all the same. */
  async #noteReading() {
    if (this.#isReadNoted || this.#isOnline) return;
    this.#isReadNoted = true;
    for (const card of this.#screen.querySelectorAll("[data-restricted]")) {
      const { dispatch = "", restricted } = /** @type {HTMLElement} */ (card).dataset;
      const label = `${this.dataset.wordsLook} · ${restricted}`;
      await keep(this.#entry("look", { dispatch }, label));
    }
  }

  /**
   * A restricted call that was reported or given back is not read here again.
   *
   * @param {Entry} entry
   */
  #letGoOf({ kind, fields }) {
    if (kind !== "feedback" && kind !== "give_back") return;
    const { dispatch } = fields;
    if (!this.querySelector(`[data-dispatch="${dispatch}"][data-restricted]`)) return;
    void changeKept(this.#keptUrls, (screen) => withhold(screen, dispatch));
  }

  /** Once the duty is long over and nobody answers, what was kept of it goes. */
  #expire() {
    const isOver = !this.#isOnline && now() > Date.parse(this.dataset.keptUntil ?? "");
    this.#queue?.tellExpired(isOver);
    if (!isOver || this.#screen.childElementCount === 0) return;
    this.#ground.clear(this.#screen);
    this.#etag = "";
    void changeKept(this.#keptUrls, (screen) => screen.replaceChildren());
  }

  // What is seen

  /** @param {HTMLFormElement} [from] the form that was just sent */
  #redraw(from) {
    this.#drawQueue();
    const laid = this.#own.map((entry) => `${entry.key} ${entry.status}`).join();
    const isNew = laid !== this.#laid || this.#ground.isNew;
    if (!isNew || (this.#isPressed && !from)) return;
    const focused = document.activeElement?.id;
    const card = from?.closest("[data-dispatch]")?.getAttribute("data-dispatch");
    this.#ground.draw(this.#screen, this.#laidOver);
    this.#laidOver = overlay(this.#screen, this.#own, this.#queue?.kept ?? "");
    this.#laid = laid;
    if (from && !from.isConnected) {
      const next = card
        ? `[data-dispatch="${card}"] .press[data-state="next"]`
        : `#${CSS.escape(focused || "duty")}`;
      /** @type {HTMLElement | null} */ (this.querySelector(next))?.focus();
    }
  }

  #drawQueue() {
    this.#queue?.draw(this.#own, {
      nOthers: this.#nOthers,
      nPlaces: this.#isOnDuty ? 0 : this.#nPlaces,
      isOnline: this.#isOnline,
      seenAt: this.#seenAt,
    });
  }

  /** @param {HTMLElement} fragment */
  #announce(fragment) {
    const now = openCalls(fragment);
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

customElements.define("phone-app", PhoneApp);
