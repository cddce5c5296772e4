// @ts-check
/**
 * <desk-sound>: two tones for a new call or word of the first urgency, three for an officer who
 * asks for help. What has happened stands in the lists, in words and shapes; this only
 * makes somebody look up.
 *
 * Off until its button is pressed, and after every load of the page: a browser lets no
 * page sound that nobody has touched, and a button that says "on" is to be believed.
 * The tones are made here, no file is played. Lives inside a <duty-desk>.
 */

const URGENT = ':is([data-list="queue"], [data-list="urgent"]) > [data-urgency="1"]';
const IN_NEED = '[data-list="units"] > [data-shape="star"]';
/** Tones in hertz. */
const CALL = [660, 880];
const HELP = [880, 660, 880];
const TONE_S = 0.16;
const LOUDNESS = 0.2;

export class DeskSound extends HTMLElement {
  /** @type {AbortController | null} */
  #life = null;
  /** @type {AudioContext | null} */
  #audio = null;
  /** @type {Set<string> | null} Null: the lists have not been looked at yet. */
  #known = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const desk = this.closest("duty-desk");
    desk?.addEventListener("desk-shown", () => this.#look(), { signal });
    this.#button.hidden = !globalThis.AudioContext;
    this.#button.addEventListener("click", () => this.#toggle(), { signal });
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#audio?.close();
    this.#audio = null;
  }

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("button"));
  }

  #toggle() {
    const isOn = !this.#audio;
    this.#audio?.close();
    this.#audio = isOn ? new AudioContext() : null;
    this.#button.setAttribute("aria-pressed", String(isOn));
    for (const [name, isShown] of /** @type {[string, boolean][]} */ ([
      ["on", isOn],
      ["off", !isOn],
    ])) {
      const words = /** @type {HTMLElement | null} */ (
        this.querySelector(`[data-${name}]`)
      );
      if (words) words.hidden = !isShown;
    }
    // So that it is known how it sounds, and that it does.
    if (isOn) this.#sound(CALL.slice(1));
  }

  #look() {
    const desk = this.closest("duty-desk");
    const idsOf = (/** @type {string} */ rows) =>
      [...(desk?.querySelectorAll(rows) ?? [])].map((row) => row.id);
    const [urgent, inNeed] = [idsOf(URGENT), idsOf(IN_NEED)];
    const known = this.#known;
    this.#known = new Set([...urgent, ...inNeed]);
    if (!known) return;
    if (inNeed.some((id) => !known.has(id))) this.#sound(HELP);
    else if (urgent.some((id) => !known.has(id))) this.#sound(CALL);
  }

  /** @param {number[]} tones */
  #sound(tones) {
    const audio = this.#audio;
    if (!audio) return;
    tones.forEach((hertz, n) => {
      const begins = audio.currentTime + n * (TONE_S + 0.06);
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      tone.frequency.value = hertz;
      // Rising and falling, so that it does not crack.
      loudness.gain.setValueAtTime(0, begins);
      loudness.gain.linearRampToValueAtTime(LOUDNESS, begins + 0.02);
      loudness.gain.linearRampToValueAtTime(0, begins + TONE_S);
      tone.connect(loudness).connect(audio.destination);
      tone.start(begins);
      tone.stop(begins + TONE_S);
    });
  }
}

customElements.define("desk-sound", DeskSound);
