// @ts-check
/**
 * <receipt-proof>: lets this browser check one's own receipt of the log.
 *
 * The sentences stand in the page, in the reader's language, under the code of each.
 */
import { verifyReceipt } from "../audit/ledger/verify_receipt.js";

class ReceiptProof extends HTMLElement {
  connectedCallback() {
    const button = /** @type {HTMLButtonElement} */ (this.querySelector("button"));
    button.hidden = false;
    button.addEventListener("click", () => this.#check());
  }

  async #check() {
    const link = /** @type {HTMLAnchorElement} */ (this.querySelector("a[download]"));
    try {
      const answer = await fetch(link.href);
      const { faults } = await verifyReceipt(await answer.json());
      if (faults.includes("no_web_crypto")) this.#say("failed");
      else this.#say(faults.length ? "wrong" : "good");
    } catch (error) {
      console.error("receipt-proof:", error);
      this.#say("failed");
    }
  }

  /** @param {string} code */
  #say(code) {
    const words = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    const status = /** @type {HTMLElement} */ (this.querySelector("[role=status]"));
    const found = words.content.querySelector(`[data-word="${code}"]`);
    status.dataset.is = code;
    status.textContent = found?.textContent ?? code;
  }
}

customElements.define("receipt-proof", ReceiptProof);
