// @ts-check
/**
 * What was entered on this phone and is not yet answered, in the browser's own database.
 *
 * An entry has its key and its time from the moment it is made; sending it twice is
 * harmless. It leaves the store when it is taken, or when its officer has read why not.
 *
 * @typedef {object} Entry
 * @property {string} key
 * @property {string} user who made it
 * @property {string} kind
 * @property {Record<string, string | string[]>} fields
 * @property {string} label what the officer reads
 * @property {string} noted_at by this phone's clock
 * @property {number} seconds from the first touch of the form
 * @property {"waiting" | "taken" | "refused"} status
 * @property {string} sentence why it was refused
 */
import { UNSENT } from "../web/keep-unsent.js";
import { transact } from "./database.js";

/** @param {Entry} entry */
export const isCry = (entry) =>
  entry.kind === "duty" && entry.fields.step === "emergency";

/**
 * @param {string} user
 * @returns {Promise<{ own: Entry[], nOthers: number }>} one's own in the order in which
 *   they are sent: a cry for help first, then as they were made
 */
export async function read(user) {
  /** @type {Entry[]} */
  const all = await transact("entries", "readonly", (entries) => entries.getAll());
  const own = all.filter((entry) => entry.user === user);
  own.sort(
    (a, b) =>
      Number(isCry(b)) - Number(isCry(a)) || a.noted_at.localeCompare(b.noted_at),
  );
  return { own, nOthers: all.length - own.length };
}

/**
 * @param {Entry[]} entries
 * @returns {Set<unknown>} keys of those among them, or sent before, that were withdrawn
 */
export function undone(entries) {
  return new Set(
    entries
      .filter((entry) => entry.kind === "undo" && entry.status !== "refused")
      .map((entry) => entry.fields.entry),
  );
}

/** @param {Entry} entry */
export async function keep(entry) {
  await transact("entries", "readwrite", (entries) => entries.put(entry));
}

/** @param {string} key */
export async function forget(key) {
  await transact("entries", "readwrite", (entries) => entries.delete(key));
}

/**
 * Note for the page that signs out how much is still here.
 *
 * @param {number} n
 * @param {string} page where it is sent from
 */
export function noteUnsent(n, page) {
  if (n) localStorage.setItem(UNSENT, JSON.stringify({ n, page }));
  else localStorage.removeItem(UNSENT);
}

/** A key that nobody else makes; also where the page is not on a secure address. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
