// @ts-check
/** The lists of the desk as the server sends them: rows that changed, and their order. */

/**
 * @param {ParentNode} root
 * @param {Record<string, any>} message as `calls.desk.live` makes it
 */
export function applyRows(root, message) {
  /** @type {Map<string, Element>} */
  const fresh = new Map();
  for (const [id, html] of Object.entries(message.rows ?? {})) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const row = holder.content.firstElementChild;
    if (!row) continue;
    const old = document.getElementById(id);
    if (old) swap(old, row);
    else fresh.set(id, row);
  }
  for (const [name, ids] of Object.entries(message.order ?? {})) {
    arrange(root, name, ids, fresh);
  }
}

/**
 * @param {ParentNode} root
 * @param {string} name
 * @param {string[]} ids
 * @param {Map<string, Element>} fresh
 */
function arrange(root, name, ids, fresh) {
  const list = root.querySelector(`[data-list="${name}"]`);
  if (!list) return;
  const wanted = new Set(ids);
  for (const row of [...list.children]) if (!wanted.has(row.id)) row.remove();
  let at = list.firstElementChild;
  for (const id of ids) {
    const row = fresh.get(id) ?? document.getElementById(id);
    if (!row) continue;
    if (row === at) at = at.nextElementSibling;
    else list.insertBefore(row, at);
  }
  const count = root.querySelector(`[data-count="${name}"]`);
  if (count) count.textContent = String(ids.length);
  const none = /** @type {HTMLElement | null} */ (
    root.querySelector(`[data-none="${name}"]`)
  );
  if (none) none.hidden = ids.length > 0;
}

/**
 * Put a row in the place of another; the keyboard stays where it was.
 *
 * @param {Element} old
 * @param {Element} row
 */
function swap(old, row) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const tag = focused?.tagName.toLowerCase();
  old.replaceWith(row);
  if (tag) /** @type {HTMLElement | null} */ (row.querySelector(tag))?.focus();
}
