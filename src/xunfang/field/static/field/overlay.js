// @ts-check
/**
 * Shows on the screen what was entered and is not on it yet: the server's screen is the
 * ground, the entries on this phone lie over it.
 *
 * @import { Entry } from "./store.js"
 */
import { undone } from "./store.js";
import { now } from "./server-clock.js";
import { UNDO_MS } from "./undo-line.js";

/**
 * @param {HTMLElement} screen
 * @param {Entry[]} entries
 * @param {string} kept words for "kept, to be sent"
 * @returns {Set<string>} the parts of the screen that were changed
 */
export function overlay(screen, entries, kept) {
  const changed = new Set();
  // In the order in which they happened, not in the order in which they are sent.
  const inTime = entries
    .filter((entry) => entry.status !== "refused")
    .sort((a, b) => a.noted_at.localeCompare(b.noted_at));
  const withdrawn = undone(entries);
  for (const { key, kind, fields, label, status } of inTime) {
    if (withdrawn.has(key)) continue;
    OVERLAYS[kind]?.(screen, fields, label, status === "taken" ? "" : kept);
    for (const part of PARTS[kind] ?? []) changed.add(part);
  }
  const last = inTime.findLast((entry) => entry.kind !== "look");
  if (last) {
    showLast(screen, last, last.status === "taken" ? "" : kept);
    changed.add("last");
  }
  return changed;
}

/** Kinds of entries that are withdrawn here; `queries.py` names them as well. */
const UNDOABLE = ["press", "duty", "gear", "tick"];

/**
 * Say what was entered last, and offer to withdraw it.
 *
 * @param {HTMLElement} screen
 * @param {Entry} entry
 * @param {string} kept
 */
function showLast(screen, { key, kind, fields, label, noted_at }, kept) {
  const part = /** @type {HTMLElement | null} */ (screen.querySelector("#last"));
  const line = /** @type {HTMLElement | null} */ (part?.querySelector("undo-line"));
  const form = line?.querySelector("form");
  if (!part || !line || !form) return;
  const isCry = String(fields.step).startsWith("emergency");
  const canUndo = UNDOABLE.includes(kind) && !isCry;
  show(part, canUndo || kind === "undo");
  const say = (/** @type {string} */ name, /** @type {string} */ words) => {
    const said = line.querySelector(`[data-last-${name}]`);
    if (said) said.textContent = words;
  };
  say("words", label);
  say("at", new Date(noted_at).toTimeString().slice(0, 5));
  say("state", kept);
  show(form, canUndo);
  form.dataset.label = `${line.dataset.wordsUndo} · ${label}`;
  const named = form.querySelector("input[name=entry]");
  named?.setAttribute("value", key);
  const left = UNDO_MS - (Date.now() - Date.parse(noted_at));
  line.dataset.until = new Date(now() + left).toISOString();
}

/** Which parts of the screen an entry changes. @type {Record<string, string[]>} */
const PARTS = {
  press: ["calls", "duty"],
  give_back: ["calls"],
  feedback: ["calls"],
  tick: ["calls"],
  gear: ["duty"],
  duty: ["duty", "help"],
};

/**
 * @typedef {(screen: HTMLElement, fields: Record<string, any>, label: string,
 *   kept: string) => void} Over
 * @type {Record<string, Over>}
 */
const OVERLAYS = {
  press(screen, fields, label) {
    const card = cardOf(screen, fields.dispatch);
    const presses = /** @type {HTMLButtonElement[]} */ ([
      ...(card?.querySelectorAll("button.press[data-step]") ?? []),
    ]);
    const pressed = presses.findIndex((one) => one.dataset.step === fields.step);
    if (!card || pressed < 0) return;
    const now = screen.querySelector("#duty [data-now]");
    if (now) now.textContent = label;
    presses.forEach((one, n) => {
      if (n < pressed && one.dataset.state === "next") one.dataset.state = "passed";
      if (n === pressed) one.dataset.state = "kept";
    });
    presses[pressed].disabled = true;
    const furthest = presses.findLastIndex((one) =>
      ["done", "kept"].includes(one.dataset.state ?? ""),
    );
    presses.forEach((one, n) => {
      if (n > furthest) one.dataset.state = n === furthest + 1 ? "next" : "later";
    });
    if (fields.step === "finished") {
      show(card.querySelector("[data-report]"), true);
      for (const part of card.querySelectorAll("[data-back], [data-risk], .risk__first")) {
        show(part, false);
      }
    }
  },
  tick(screen, fields) {
    const step = /** @type {HTMLElement | null | undefined} */ (
      cardOf(screen, fields.dispatch)?.querySelector(
        `[data-risk-step="${CSS.escape(fields.step)}"]`,
      )
    );
    if (!step) return;
    step.dataset.state = "kept";
    show(step.querySelector("form"), false);
    step.querySelector(".risk__state")?.replaceChildren("✓");
  },
  give_back(screen, fields, label, kept) {
    close(cardOf(screen, fields.dispatch), label, kept);
    withhold(screen, fields.dispatch);
  },
  feedback(screen, fields, label, kept) {
    close(cardOf(screen, fields.dispatch), label, kept);
    withhold(screen, fields.dispatch);
  },
  gear(screen) {
    const duty = dutyOf(screen);
    if (duty) duty.dataset.gear = "yes";
  },
  duty(screen, fields, label) {
    const duty = dutyOf(screen);
    if (!duty) return;
    const now = duty.querySelector("[data-now]");
    const help = screen.querySelector("#help [data-kept]");
    switch (fields.step) {
      case "emergency":
        show(help, true);
        return;
      case "emergency_over":
        return;
      case "mode": {
        const mode = duty.querySelector("[data-mode]");
        if (mode) mode.textContent = label;
        return;
      }
      default:
        duty.dataset.on = fields.step === "off" ? "no" : "yes";
    }
    if (now) now.textContent = label;
    const step = fields.step === "on" ? "patrol" : fields.step;
    for (const act of duty.querySelectorAll("button[aria-pressed][data-act]")) {
      const isNow = /** @type {HTMLElement} */ (act).dataset.act === step;
      act.setAttribute("aria-pressed", String(isNow));
    }
  },
};

/**
 * @param {ParentNode} screen
 * @param {any} dispatch
 */
function cardOf(screen, dispatch) {
  return screen.querySelector(`[data-dispatch="${CSS.escape(String(dispatch))}"]`);
}

/**
 * Take out of a restricted call what it is about: the crew is done with it.
 *
 * @param {ParentNode} screen
 * @param {any} dispatch
 */
export function withhold(screen, dispatch) {
  const card = cardOf(screen, dispatch);
  if (!card?.hasAttribute("data-restricted")) return;
  for (const part of card.querySelectorAll("[data-about]")) part.remove();
  const name = card.querySelector(".call-card__class");
  if (name) name.textContent = card.getAttribute("data-restricted");
  card.removeAttribute("data-restricted");
}

/** @param {HTMLElement} screen */
function dutyOf(screen) {
  return /** @type {HTMLElement | null} */ (screen.querySelector("#duty"));
}

/**
 * @param {Element | null | undefined} element
 * @param {boolean} isShown
 */
function show(element, isShown) {
  if (element instanceof HTMLElement) element.hidden = !isShown;
}

/**
 * Leave of a card what it is about and what was said last.
 *
 * @param {Element | null} card
 * @param {string} label
 * @param {string} kept
 */
function close(card, label, kept) {
  if (!card) return;
  const done = ".presses, [data-report], [data-back], [data-risk], .risk__first";
  for (const part of card.querySelectorAll(done)) show(part, false);
  const note = card.querySelector("[data-kept]");
  if (!note) return;
  note.textContent = kept ? `${label} · ${kept}` : label;
  show(note, true);
}
