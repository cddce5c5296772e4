// @ts-check
/**
 * The browser's own database on this phone: what was entered and is not answered, and
 * where the crew was and could not say so.
 */
const NAME = "xunfang-field";
const EDITION = 2;

/** @typedef {"entries" | "fixes"} Store */

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

/** @type {WeakSet<IDBDatabase>} Those that signing out, here or in another window, took. */
const emptied = new WeakSet();

/** Whether somebody signs out here: what that empties is not made anew by this page. */
let isShut = false;
addEventListener("submit", (event) => {
  const form = /** @type {Element} */ (event.target);
  if (!event.defaultPrevented && form.closest("keep-unsent")) isShut = true;
});
addEventListener("pageshow", () => {
  isShut = false;
});

/** @param {IDBDatabase} db */
function letGo(db) {
  emptied.add(db);
  opened = undefined;
}

function database() {
  if (isShut) return /** @type {Promise<IDBDatabase>} */ (new Promise(() => {}));
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, EDITION);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) request.result.createObjectStore("entries", { keyPath: "key" });
      request.result.createObjectStore("fixes", { keyPath: "n", autoIncrement: true });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        letGo(request.result);
      };
      request.result.onclose = () => letGo(request.result);
      resolve(request.result);
    };
    request.onerror = () => {
      opened = undefined;
      reject(request.error);
    };
  });
  return opened;
}

/**
 * @template T
 * @param {Store} store
 * @param {IDBTransactionMode} mode
 * @param {(rows: IDBObjectStore) => IDBRequest<T>} ask
 * @returns {Promise<T>} once it is on disk
 */
export async function transact(store, mode, ask) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode, { durability: "strict" });
    const request = ask(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => {
      // Where the store was taken that is known a moment later, and nobody is left to tell.
      setTimeout(() => {
        if (!emptied.has(db)) reject(transaction.error);
      });
    };
  });
}
