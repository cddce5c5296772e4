// @ts-check
/**
 * What the worker keeps of the screen, changed here: what must not stay on the phone any
 * longer is taken out of the kept page and the kept state, not only hidden.
 */
const PAGES = "xunfang-field-pages";

/**
 * @param {string} url
 * @returns {Promise<Response | undefined>} what is kept under it
 */
export async function readKept(url) {
  if (!("caches" in window)) return undefined;
  return caches.match(url, { cacheName: PAGES });
}

/**
 * @param {string[]} urls of the page and of the state
 * @param {(screen: ParentNode) => void} change
 */
export async function changeKept(urls, change) {
  if (!("caches" in window)) return;
  const cache = await caches.open(PAGES);
  for (const url of urls) {
    const kept = await cache.match(url);
    if (!kept) continue;
    const { status, headers } = kept;
    const text = await kept.text();
    const changed = headers.get("Content-Type")?.startsWith("application/json")
      ? changeState(text, change)
      : changePage(text, change);
    await cache.put(url, new Response(changed, { status, headers }));
  }
}

/** @param {string} text @param {(screen: ParentNode) => void} change */
function changeState(text, change) {
  const state = JSON.parse(text);
  const template = document.createElement("template");
  template.innerHTML = state.screen;
  change(template.content);
  return JSON.stringify({ ...state, screen: template.innerHTML });
}

/** @param {string} text @param {(screen: ParentNode) => void} change */
function changePage(text, change) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const screen = page.querySelector("[data-screen]");
  if (screen) change(screen);
  return `<!doctype html>${page.documentElement.outerHTML}`;
}
