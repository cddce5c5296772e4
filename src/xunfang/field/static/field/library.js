// @ts-check
/**
 * Life-risk cards and the directory of local help, kept on this phone while its officer
 * is on duty. They say nothing of any call or resident; the numbers are those of who
 * lends things.
 *
 * @typedef {object} Step
 * @property {"talk" | "rescue" | "medical"} part
 * @property {string} text
 * @property {string} text_en
 * @property {number | null} within_s
 *
 * @typedef {object} Card
 * @property {string} key
 * @property {string} name
 * @property {string} name_en
 * @property {string} first
 * @property {string} first_en
 * @property {string} after_care
 * @property {string} after_care_en
 * @property {Step[]} steps
 *
 * @typedef {object} Help
 * @property {string} kind
 * @property {string} name
 * @property {string} name_en
 * @property {string} place
 * @property {string} phone
 * @property {number | null} lon
 * @property {number | null} lat
 * @property {string} note
 *
 * @typedef {{ kinds: Record<string, string[]>, help: Help[] }} Directory
 */
const NAME = "xunfang-field-library";
const KEPT_MS = 3_600_000;
/** Told on the document when something has come: whoever shows it draws anew. */
export const CAME = "xunfang-library";

/** When each was asked for last. @type {Map<string, number>} */
const askedAt = new Map();

/** @param {string[]} urls what is kept from now on; asked for anew once an hour */
export async function keepLibrary(urls) {
  if (!("caches" in window)) return;
  for (const url of urls) {
    if (Date.now() - (askedAt.get(url) ?? -Infinity) < KEPT_MS) continue;
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (!response.ok) continue;
      await (await caches.open(NAME)).put(url, response);
      askedAt.set(url, Date.now());
      document.dispatchEvent(new Event(CAME));
    } catch {
      // No signal: what was kept before is still there.
    }
  }
}

/** The duty is over: nothing of it stays. */
export async function letLibraryGo() {
  askedAt.clear();
  if ("caches" in window) await caches.delete(NAME);
}

/**
 * @param {string} url
 * @returns {Promise<any>} what is kept, or undefined
 */
export async function readLibrary(url) {
  if (!("caches" in window)) return undefined;
  const kept = await caches.match(url, { cacheName: NAME });
  return kept?.json();
}
