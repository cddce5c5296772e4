/**
 * Keeps the officer's screen and what it is made of, for when there is no signal.
 *
 * Pages and the state of the screen come from the server whenever it answers; what is kept
 * is shown only when it does not. What is kept is one officer's: as soon as an answer is
 * for somebody else (X-Field-User), what was kept before is thrown away. Signing out
 * throws away everything, this worker too (Clear-Site-Data).
 */
const PAGES = "xunfang-field-pages";
const PARTS = "xunfang-field-parts";
const OWNER = "/field/.owner";
const PATIENCE_MS = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keepAll(event.data.keep, event.data.page));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) {
    // Named by their content: what is here is right.
    event.respondWith(fromPartsFirst(request));
  } else if (request.mode === "navigate" || url.pathname === "/field/state/") {
    event.respondWith(fromServerFirst(request, event));
  }
});

/** Keep a page and its parts; parts that no page needs any more are let go. */
async function keepAll(parts, page) {
  const cache = await caches.open(PARTS);
  const kept = (await cache.keys()).map((one) => one.url);
  const wanted = parts.filter((url) => !kept.includes(url));
  // What fails has no signal any more: the next visit keeps it.
  await Promise.allSettled([
    keepFresh(page, "text/html"),
    keepFresh("/field/state/", "application/json"),
    ...kept.filter((url) => !parts.includes(url)).map((url) => cache.delete(url)),
    ...wanted.map((url) => cache.add(url)),
  ]);
}

async function keepFresh(path, accept) {
  await keepPage(path, await fetch(path, { headers: { Accept: accept } }));
}

async function fromPartsFirst(request) {
  const kept = await caches.match(request, { cacheName: PARTS });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(PARTS);
    await cache.put(request, response.clone());
  }
  return response;
}

async function fromServerFirst(request, event) {
  const path = new URL(request.url).pathname;
  try {
    const response = await fetch(request, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) await keepPage(path, response.clone());
    if (response.status === 304) event.waitUntil(keepIfOther(path, response));
    return response;
  } catch (error) {
    const kept = await caches.match(path, { cacheName: PAGES });
    if (!kept) throw error;
    const headers = new Headers(kept.headers);
    headers.set("X-Kept", "yes");
    return new Response(await kept.blob(), { status: kept.status, headers });
  }
}

/**
 * The page has what the server would say. Where something else is kept, because of two
 * answers the older came last, ask for it.
 */
async function keepIfOther(path, { headers }) {
  const kept = await caches.match(path, { cacheName: PAGES });
  if (kept?.headers.get("ETag") === headers.get("ETag")) return;
  // Without signal now: the page will have it asked again.
  await keepFresh(path, "application/json").catch(() => {});
}

/** Keep an answer under its address, unless it is a page of nobody. */
async function keepPage(path, response) {
  const user = response.headers.get("X-Field-User");
  if (!response.ok || response.redirected || !user) return;
  const cache = await caches.open(PAGES);
  const owner = await cache.match(OWNER);
  if (owner && (await owner.text()) !== user) await caches.delete(PAGES);
  const own = await caches.open(PAGES);
  await own.put(OWNER, new Response(user));
  await own.put(path, response);
}
