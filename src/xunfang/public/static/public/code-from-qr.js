// @ts-check
/**
 * <code-from-qr>: puts the code of a scanned receipt into the form.
 *
 * It stands behind the # of the address, which no browser sends anywhere, and is taken
 * out of the address at once. Pressing the button is left to the person.
 */

class CodeFromQr extends HTMLElement {
  connectedCallback() {
    const code = decodeURIComponent(location.hash.slice(1));
    if (!/^[0-9A-Za-z-]{12,20}$/.test(code)) return;
    /** @type {HTMLInputElement} */ (this.querySelector("[name=code]")).value = code;
    history.replaceState(null, "", location.pathname);
  }
}

customElements.define("code-from-qr", CodeFromQr);
