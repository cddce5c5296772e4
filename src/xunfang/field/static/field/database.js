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

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, EDITION);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) request.result.createObjectStore("entries", { keyPath: "key" });
      request.result.createObjectStore("fixes", { keyPath: "n", autoIncrement: true });
    };
    request.onsuccess = () => {
      // Signing out in another window empties the store: let go of it.
      request.result.onversionchange = () => request.result.close();
      request.result.onclose = () => {
        opened = undefined;
      };
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
    transaction.onabort = () => reject(transaction.error);
  });
}
