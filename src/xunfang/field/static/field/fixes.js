// @ts-check
/**
 * Where the crew was and could not say so for want of signal. Measured on duty only, with
 * the switch on; no more than eight hours of it, kept no longer than three days. A fix
 * leaves the phone's store when it is sent, after the duty too, and all do when the switch
 * is turned off. The server knows a fix by the time this phone gave it: sent twice it is
 * kept once; and it takes none that was measured off duty.
 *
 * @typedef {object} Fix
 * @property {string} at by this phone's clock
 * @property {number} lon
 * @property {number} lat
 * @property {number | null} accuracy
 * @property {number | null} speed
 * @property {number | null} heading
 *
 * @typedef {Fix & { n: number, user: string }} Kept
 */
import { transact } from "./database.js";
import { read } from "./store.js";

/** Eight hours, one place each quarter of a minute. */
const MOST = 1920;
const LONGEST_MS = 72 * 3_600_000;
const AT_ONCE = 500;
const PATIENCE_MS = 20_000;

/**
 * Keep a fix until it is sent.
 *
 * @param {string} user
 * @param {Fix} fix
 */
export async function keepFix(user, fix) {
  await transact("fixes", "readwrite", (fixes) => fixes.add({ ...fix, user }));
  const numbers = await transact("fixes", "readonly", (fixes) => fixes.getAllKeys());
  if (numbers.length > MOST) await forgetUpTo(numbers[numbers.length - MOST - 1]);
}

/**
 * @param {string} user
 * @returns {Promise<Kept[]>} one's own in the order in which they were made; whatever is
 *   too old is deleted, whoever made it
 */
export async function readFixes(user) {
  /** @type {Kept[]} */
  const all = await transact("fixes", "readonly", (fixes) => fixes.getAll());
  const oldest = Date.now() - LONGEST_MS;
  const tooOld = all.filter((fix) => Date.parse(fix.at) < oldest);
  await forget(tooOld);
  return all.filter((fix) => fix.user === user && !tooOld.includes(fix));
}

/** @param {string} user who does not want to say so any more */
export async function forgetFixes(user) {
  await forget(await readFixes(user));
}

/**
 * Send what is kept, in batches; one window of the browser sends at a time.
 *
 * @param {{ url: string, token: string, user: string }} to
 */
export async function sendFixes(to) {
  if (!navigator.onLine) return;
  if (navigator.locks) await navigator.locks.request("xunfang-fixes", () => sendAll(to));
  else await sendAll(to);
}

/** @param {{ url: string, token: string, user: string }} to */
async function sendAll({ url, token, user }) {
  const kept = await readFixes(user);
  if (!kept.length || (await isLogWaiting(user))) return;
  for (let n = 0; n < kept.length; n += AT_ONCE) {
    const batch = kept.slice(n, n + AT_ONCE);
    if (!(await post(url, token, user, batch))) return;
    await forget(batch);
  }
}

/**
 * Whether the server does not know yet when the crew was on duty: that goes first.
 *
 * @param {string} user
 */
async function isLogWaiting(user) {
  const { own } = await read(user);
  return own.some((entry) => entry.kind === "duty" && entry.status === "waiting");
}

/**
 * @param {string} url
 * @param {string} token
 * @param {string} user
 * @param {Kept[]} batch
 * @returns {Promise<boolean>} whether it is on the server's disk, or will never be
 */
async function post(url, token, user, batch) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": token,
      },
      body: JSON.stringify({
        user: Number(user),
        sent_at: new Date().toISOString(),
        fixes: batch.map(({ at, lon, lat, accuracy, speed, heading }) => ({
          at,
          lon,
          lat,
          accuracy,
          speed,
          heading,
        })),
      }),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status !== 409) return response.ok;
    // All of it was measured off duty, by the log as the server has it.
    return (await response.json()).code === "units.not_on_duty";
  } catch {
    return false;
  }
}

/** @param {Kept[]} fixes */
async function forget(fixes) {
  const [first, ...others] = fixes;
  if (!first) return;
  await transact("fixes", "readwrite", (rows) => {
    for (const { n } of others) rows.delete(n);
    return rows.delete(first.n);
  });
}

/** @param {IDBValidKey} n */
async function forgetUpTo(n) {
  await transact("fixes", "readwrite", (fixes) => fixes.delete(IDBKeyRange.upperBound(n)));
}
