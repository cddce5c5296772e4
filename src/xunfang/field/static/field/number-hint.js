// @ts-check
/**
 * <number-hint>: says beside a text that it seems to hold the number of a person, a
 * telephone or a car. The same as NUMBER_OF_SOMEBODY in patrols/observations/services.py.
 */
const NUMBER_OF_SOMEBODY =
  /(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}/;

class NumberHint extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this.#look);
  }

  #look = () => {
    const text = this.querySelector("input")?.value ?? "";
    const hint = /** @type {HTMLElement | null} */ (this.querySelector("[data-hint]"));
    if (hint) hint.hidden = !NUMBER_OF_SOMEBODY.test(text);
  };
}

customElements.define("number-hint", NumberHint);
