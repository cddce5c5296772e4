// @ts-check
/**
 * Keeps a screen up to date: a stream of differences, or questions where there is none.
 *
 * `onMessage` gets each message as `calls.desk.live` makes it. `ageMs()` says how old what
 * was last told is, by the server's clock and our own stop-watch: a wrong clock on this
 * machine makes nothing young. Whoever shows the feed asks it, and is loud when it grows.
 */

const ASKS_EVERY_MS = 1000;
/** After so many questions, see whether there is a stream again. */
const TRIES_STREAM_EVERY = 30;

export class DeskFeed {
  #streamUrl;
  #nowUrl;
  /** @type {(message: Record<string, any>) => void} */
  #onMessage;
  /** @type {() => void} */
  #onOver;
  /** @type {EventSource | null} */
  #source = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #version = "";
  #serverNow = Date.now();
  #asOf = Date.now();
  #gotAt = performance.now();
  #n = 0;
  /** "stream" or "questions". */
  way = "stream";

  /**
   * @param {{streamUrl: string, nowUrl: string,
   *   onMessage: (message: Record<string, any>) => void, onOver: () => void}} choices
   */
  constructor({ streamUrl, nowUrl, onMessage, onOver }) {
    this.#streamUrl = streamUrl;
    this.#nowUrl = nowUrl;
    this.#onMessage = onMessage;
    this.#onOver = onOver;
  }

  start() {
    if (globalThis.EventSource) this.#listen();
    else this.#ask();
  }

  stop() {
    this.#source?.close();
    clearTimeout(this.#timer);
  }

  now() {
    return this.#serverNow + (performance.now() - this.#gotAt);
  }

  ageMs() {
    return this.now() - this.#asOf;
  }

  /** @param {Record<string, any>} message */
  take(message) {
    this.#serverNow = message.now;
    if (message.as_of) this.#asOf = message.as_of;
    this.#gotAt = performance.now();
    if (message.version) this.#version = message.version;
    this.#onMessage(message);
  }

  #listen() {
    this.way = "stream";
    const source = new EventSource(this.#streamUrl);
    this.#source = source;
    source.onmessage = ({ data }) => this.take(JSON.parse(data));
    source.addEventListener("over", () => {
      this.stop();
      this.#onOver();
    });
    source.onerror = () => {
      // While it is connecting it tries again by itself; closed, it never will.
      if (source.readyState === EventSource.CLOSED) {
        source.close();
        this.#ask();
      }
    };
  }

  async #ask() {
    this.way = "questions";
    const began = performance.now();
    try {
      const url = new URL(this.#nowUrl, location.href);
      url.searchParams.set("seen", this.#version);
      const answer = await fetch(url, { signal: AbortSignal.timeout(8000) });
      if (answer.redirected || answer.status === 403) return this.#onOver();
      if (answer.ok) this.take(await answer.json());
    } catch {
      // The age of what is shown grows, and says so.
    }
    this.#n += 1;
    if (this.#n % TRIES_STREAM_EVERY === 0 && globalThis.EventSource) {
      return this.#listen();
    }
    const rest = ASKS_EVERY_MS - (performance.now() - began);
    this.#timer = setTimeout(() => this.#ask(), Math.max(100, rest));
  }
}
