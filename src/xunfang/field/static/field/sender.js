// @ts-check
/**
 * Sends what is kept. One window of the browser sends at a time; what fails is kept.
 *
 * @import { Entry } from "./store.js"
 */
import { forget, keep, read } from "./store.js";

const AT_ONCE = 50;
const PATIENCE_MS = 20_000;

/**
 * @typedef {object} Outcome
 * @property {"idle" | "sent" | "offline" | "failed" | "signed-out" | "stale"} how
 *   idle: nothing to send; stale: the page's token no longer holds
 * @property {number} [skew] seconds by which this phone's clock is behind
 */

/**
 * @param {object} to
 * @param {string} to.url
 * @param {string} to.token
 * @param {string} to.user
 * @returns {Promise<Outcome>}
 */
export async function send(to) {
  if (!navigator.locks) return sendAll(to);
  return navigator.locks.request("xunfang-field", () => sendAll(to));
}

/**
 * @param {{ url: string, token: string, user: string }} to
 * @returns {Promise<Outcome>}
 */
async function sendAll({ url, token, user }) {
  /** @type {Outcome} */
  let outcome = { how: "idle" };
  /** Those that could not be kept there now are not tried again in this round. */
  const tried = new Set();
  let atOnce = AT_ONCE;
  for (;;) {
    const { own } = await read(user);
    const unanswered = new Set(
      own.filter((entry) => entry.status === "waiting").map((entry) => entry.key),
    );
    const waiting = own.filter(
      (entry) =>
        unanswered.has(entry.key) &&
        !tried.has(entry.key) &&
        // Once it is known what became of what it withdraws.
        !unanswered.has(String(entry.fields.entry)),
    );
    if (!waiting.length) return outcome;
    const batch = waiting.slice(0, atOnce);
    const response = await post(url, token, user, batch);
    if (!response) return { how: "offline" };
    if (response.status === 401) return { how: "signed-out" };
    if (response.status === 403 || response.status === 409) return { how: "stale" };
    if (!response.ok) {
      outcome = { how: "failed" };
      // One entry must not hold up the others: find it by sending them one by one.
      if (atOnce === 1) tried.add(batch[0].key);
      atOnce = 1;
      continue;
    }
    const said = await response.json();
    outcome = { how: "sent", skew: said.skew_s };
    for (const answer of said.answers) await settle(batch, answer, tried);
    // What was not answered would be sent for ever.
    for (const entry of batch) tried.add(entry.key);
  }
}

/**
 * @param {string} url
 * @param {string} token
 * @param {string} user
 * @param {Entry[]} batch
 */
async function post(url, token, user, batch) {
  try {
    return await fetch(url, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": token,
      },
      body: JSON.stringify({
        user: Number(user),
        sent_at: new Date().toISOString(),
        entries: batch.map(({ key, kind, fields, noted_at, seconds }) => ({
          key,
          kind,
          fields,
          noted_at,
          seconds,
        })),
      }),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    return undefined;
  }
}

/**
 * @param {Entry[]} batch
 * @param {{ key: string, outcome: string, sentence: string }} answer
 * @param {Set<string>} tried
 */
async function settle(batch, answer, tried) {
  const entry = batch.find((one) => one.key === answer.key);
  if (!entry) return;
  tried.add(entry.key);
  if (answer.outcome === "done" || answer.outcome === "repeated") {
    // It stays until the screen shows it by itself.
    await keep({ ...entry, status: "taken" });
  } else if (answer.outcome === "refused") {
    await keep({ ...entry, status: "refused", sentence: answer.sentence });
    const { own } = await read(entry.user);
    // What was not taken need not be withdrawn.
    for (const one of own) if (one.fields.entry === entry.key) await forget(one.key);
  }
}

/** @param {Entry[]} own */
export async function forgetTaken(own) {
  for (const entry of own) if (entry.status === "taken") await forget(entry.key);
}
