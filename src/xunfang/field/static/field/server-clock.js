// @ts-check
/**
 * The server's clock as this phone knows it: what is timed on the screen must be right
 * where the phone's own clock is an hour off, and without signal too.
 */
const BEHIND = "xunfang-clock-behind-ms";

/**
 * Learn from an answer by how much this phone's clock is behind.
 *
 * @param {Response} response fresh from the server, not kept
 */
export function learn(response) {
  const at = Date.parse(response.headers.get("X-Field-Now") ?? "");
  if (!Number.isNaN(at)) localStorage.setItem(BEHIND, String(at - Date.now()));
}

/** @returns {number} now, as the server would say */
export function now() {
  return Date.now() + (Number(localStorage.getItem(BEHIND)) || 0);
}
