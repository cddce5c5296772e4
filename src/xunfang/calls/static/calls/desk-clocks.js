// @ts-check
/** Clocks of the desk: how long, how much is left, and whether that is too long. */

const SIGNS = { ok: "", warn: "▲ ", alarm: "■ " };
/** Seconds until a call is late from which its clock warns. */
const WARNS_BEFORE_S = 60;
const FIX_AGED_S = 60;
const FIX_OLD_S = 300;

/**
 * Set every time[data-since] and time[data-due] beneath a node.
 *
 * @param {ParentNode} root
 * @param {number} now of the server, in milliseconds
 * @param {{tooLong: string, late: string}} words sentences with "%" for the time
 */
export function setClocks(root, now, words) {
  for (const found of root.querySelectorAll("[data-since], [data-due]")) {
    const clock = /** @type {HTMLElement} */ (found);
    const { since, due, warn, alarm } = clock.dataset;
    /** @type {"ok" | "warn" | "alarm"} */
    let level = "ok";
    let text;
    if (due) {
      const left = (Number(due) - now) / 1000;
      level = left < 0 ? "alarm" : left < WARNS_BEFORE_S ? "warn" : "ok";
      text = duration(Math.abs(left) * 1000);
      if (left < 0) text = words.late.replace("%", text);
    } else {
      const seconds = (now - Number(since)) / 1000;
      if (warn && seconds >= Number(warn)) level = "warn";
      if (alarm && seconds >= Number(alarm)) level = "alarm";
      text = duration(seconds * 1000);
      if (level === "alarm") text = words.tooLong.replace("%", text);
    }
    write(clock, level, text);
  }
}

/**
 * Set how long ago each unit was seen.
 *
 * @param {ParentNode} root
 * @param {number} now
 * @param {(unit: string) => number | null | undefined} fixedAt
 * @param {string} silent sentence with "%" for the time
 * @returns {number} how many have been silent for too long
 */
export function setFixes(root, now, fixedAt, silent) {
  let nSilent = 0;
  for (const found of root.querySelectorAll("[data-fix]")) {
    const place = /** @type {HTMLElement} */ (found);
    const seenAt = fixedAt(place.dataset.fix ?? "");
    if (!seenAt) continue;
    const seconds = (now - seenAt) / 1000;
    const level = seconds > FIX_OLD_S ? "alarm" : seconds > FIX_AGED_S ? "warn" : "ok";
    const text = duration(seconds * 1000);
    const isSilent = level === "alarm";
    if (isSilent) nSilent += 1;
    place.closest("[data-unit]")?.toggleAttribute("data-is-silent", isSilent);
    write(place, level, isSilent ? silent.replace("%", text) : text);
  }
  return nSilent;
}

/**
 * @param {HTMLElement} node
 * @param {"ok" | "warn" | "alarm"} level
 * @param {string} text
 */
function write(node, level, text) {
  const shown = SIGNS[level] + text;
  if (node.dataset.level !== level) node.dataset.level = level;
  if (node.textContent !== shown) node.textContent = shown;
}

/** @param {number} ms */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(seconds / 3600);
  const m = Math.floor(seconds / 60) % 60;
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(seconds % 60)}` : `${m}:${two(seconds % 60)}`;
}
