// @ts-check
/**
 * <keep-unsent>: around the form that signs out. Signing out empties what this browser
 * keeps; while something there has not been sent, the first press only says so.
 *
 * Whoever keeps entries notes how many, and the page that sends them, under UNSENT.
 */
export const UNSENT = "xunfang-unsent";

/** @returns {{ n: number, page: string }} */
export function unsent() {
  try {
    const said = JSON.parse(localStorage.getItem(UNSENT) ?? "{}");
    return { n: Number(said.n) || 0, page: String(said.page ?? "") };
  } catch {
    return { n: 0, page: "" };
  }
}

class KeepUnsent extends HTMLElement {
  #isTold = false;

  connectedCallback() {
    this.addEventListener("submit", this.#onSubmit);
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this.#onSubmit);
  }

  /** @param {SubmitEvent} event */
  #onSubmit = (event) => {
    const { n, page } = unsent();
    if (n === 0 || this.#isTold) return;
    event.preventDefault();
    this.#isTold = true;
    const told = /** @type {HTMLElement} */ (this.querySelector("[data-unsent]"));
    told.hidden = false;
    told.setAttribute("role", "alert");
    const link = told.querySelector("a");
    if (link && page.startsWith("/")) link.href = page;
  };
}

customElements.define("keep-unsent", KeepUnsent);
