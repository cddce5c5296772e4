// @ts-check
/**
 * <receipt-check>: checks a receipt in the browser and says what was proven.
 *
 * The receipt stays here. Whether the entry is in the log of today is asked by its number.
 * The sentences stand in the page, in the reader's language, under the code of each.
 */
import { verifyReceipt } from "./verify_receipt.js";

class ReceiptCheck extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this.#onSubmit);
    const button = this.querySelector("button");
    if (button) button.disabled = false;
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this.#onSubmit);
  }

  /** @param {SubmitEvent} event */
  #onSubmit = async (event) => {
    event.preventDefault();
    const file = /** @type {HTMLInputElement} */ (this.querySelector("input")).files?.[0];
    if (!file) return;
    const other = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea")).value;
    let receipt;
    try {
      receipt = JSON.parse(await file.text());
    } catch {
      receipt = null;
    }
    const { faults, proven } = await verifyReceipt(receipt, other.trim() ? other : undefined);
    if (faults.length === 0) proven.push(await this.#today(receipt));
    this.#say(
      proven.includes("not_today") ? ["not_today"] : faults,
      proven.filter((code) => code !== "not_today"),
    );
  };

  /**
   * The same entry, proven with the newest checkpoint.
   * @param {any} receipt
   */
  async #today(receipt) {
    try {
      const checkpoint = await this.#ask(`${this.dataset.checkpointUrl}`);
      const size = checkpoint.split("\n")[1];
      const where = `${this.dataset.proofUrl}?index=${receipt.index}&size=${size}`;
      const { proof } = JSON.parse(await this.#ask(where));
      const { faults } = await verifyReceipt({ ...receipt, checkpoint, proof });
      return faults.length ? "not_today" : "today";
    } catch {
      return "today_not_checked";
    }
  }

  /** @param {string} url */
  async #ask(url) {
    const answer = await fetch(url);
    if (answer.ok) return answer.text();
    // The log has become shorter than the entry's number: that is an answer, too.
    if (answer.status === 404) return '{"proof": []}';
    throw new Error(answer.statusText);
  }

  /**
   * @param {string[]} faults
   * @param {string[]} proven
   */
  #say(faults, proven) {
    const list = document.createElement("ul");
    for (const code of [...faults, ...proven]) {
      const item = document.createElement("li");
      item.dataset.is = faults.includes(code) ? "wrong" : "good";
      item.append(this.#words(code));
      list.append(item);
    }
    const outcome = /** @type {HTMLElement} */ (this.querySelector("[data-outcome]"));
    outcome.replaceChildren(this.#words(faults.length ? "wrong" : "good"), list);
  }

  /** @param {string} code */
  #words(code) {
    const words = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    const found = words.content.querySelector(`[data-word="${code}"]`);
    return found ? found.cloneNode(true) : code;
  }
}

customElements.define("receipt-check", ReceiptCheck);
