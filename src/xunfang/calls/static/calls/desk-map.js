// @ts-check
/**
 * <desk-map>: units and calls on the <city-map> inside it, as they move.
 *
 * They are painted on a canvas over the map: what moves every second must not make the
 * streets be drawn anew, which takes a machine without a graphics card a tenth of a
 * second. Units differ by shape and letters, calls by their urgency in figures; colour
 * only repeats it. The lists of the page say the same.
 *
 * The map never moves under the hand. It goes to where the calls are only when there are
 * other calls than before, and never after somebody has moved it, until they press
 * button[data-follow].
 *
 * Children: a city-map; input[data-mark] shows and hides "units" or "calls".
 * Methods: update(message) takes marks as `calls.desk.showing.marks_of` makes them;
 *          select(call) marks the call in hand; point(call) moves to it unless held.
 * Raises "mark-chosen" {detail: {kind: "unit" | "call", id}}.
 * Read: isHeld; lastFrameMs, how long the last picture took.
 */

/** @typedef {[number, number, number | null, number | null, string, string]} UnitMark */
/** @typedef {[number, number, number, string, boolean]} CallMark */

const OLD_AFTER_MS = 300_000;
const AGED_AFTER_MS = 60_000;
const HIT_PX = 18;
const SPRITE_PX = 34;
/** So long a frame may write letters of units that are new to it; the rest follow. */
const LETTERS_MS = 40;
const TOKENS = {
  circle: "--good",
  triangle: "--accent",
  square: "--warn",
  bar: "--ink-muted",
  star: "--bad",
};

export class DeskMap extends HTMLElement {
  /** @type {Map<string, UnitMark>} */
  #units = new Map();
  /** @type {Map<string, CallMark>} */
  #calls = new Map();
  /** @type {Map<string, ImageBitmap>} */
  #sprites = new Map();
  /** @type {Record<string, string>} */
  #colours = {};
  /** @type {any} */
  #map = null;
  /** @type {HTMLCanvasElement | null} */
  #canvas = null;
  /** @type {string | null} */
  #selected = null;
  #isDue = false;
  /** Until when this frame may draw marks it has not drawn before. */
  #drawsUntil = 0;
  #isUnfinished = false;
  #knownCalls = "";
  /** @type {AbortController | null} */
  #life = null;
  isHeld = false;
  lastFrameMs = 0;
  /** Of the server, so that a wrong clock on the desk makes nobody old. */
  now = () => Date.now();

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("map-opened", () => this.#open(), { signal });
    this.addEventListener("point-chosen", (event) => this.#onPoint(event), { signal });
    this.addEventListener("change", () => this.draw(), { signal });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener(
      "change",
      () => this.#recolour(),
      { signal },
    );
    this.#recolour();
    this.#open();
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#canvas?.remove();
  }

  /** @param {Record<string, any>} message */
  update(message) {
    if (message.is_whole) {
      this.#units.clear();
      this.#calls.clear();
    }
    for (const [id, mark] of Object.entries(message.units ?? {}))
      this.#units.set(id, mark);
    for (const [id, mark] of Object.entries(message.calls ?? {}))
      this.#calls.set(id, mark);
    for (const id of message.units_gone ?? []) this.#units.delete(id);
    for (const id of message.calls_gone ?? []) this.#calls.delete(id);
    this.#followCalls();
    this.draw();
  }

  /** @param {string} id @returns {number | null | undefined} when the unit was seen */
  fixedAt(id) {
    return this.#units.get(id)?.[3];
  }

  /** @param {string | null} call */
  select(call) {
    this.#selected = call;
    this.draw();
  }

  /** Draw once before the next picture of the screen, however often it is asked. */
  draw() {
    if (this.#isDue || !this.#map) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.paint();
    });
  }

  /** Paint at once. */
  paint() {
    const canvas = this.#canvas;
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen) return;
    const began = performance.now();
    this.#drawsUntil = began + LETTERS_MS;
    this.#isUnfinished = false;
    const ratio = devicePixelRatio || 1;
    const { clientWidth, clientHeight } = canvas;
    if (canvas.width !== clientWidth * ratio || canvas.height !== clientHeight * ratio) {
      canvas.width = clientWidth * ratio;
      canvas.height = clientHeight * ratio;
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, clientWidth, clientHeight);
    const place = this.#placing();
    const isSeen = (/** @type {{x: number, y: number}} */ { x, y }) =>
      x > -20 && y > -20 && x < clientWidth + 20 && y < clientHeight + 20;
    if (this.#isShown("calls")) {
      for (const [id, mark] of this.#calls) {
        const at = place(mark[0], mark[1]);
        if (isSeen(at)) this.#paintCall(pen, at, mark, id === this.#selected);
      }
    }
    if (this.#isShown("units")) {
      /** @type {[UnitMark, {x: number, y: number}][]} */
      const seen = [];
      for (const mark of this.#units.values()) {
        const at = place(mark[0], mark[1]);
        if (isSeen(at)) seen.push([mark, at]);
      }
      const now = this.now();
      this.#paintHeadings(pen, seen, now);
      for (const [mark, at] of seen) this.#paintUnit(pen, at, mark, now);
    }
    this.lastFrameMs = performance.now() - began;
    if (this.#isUnfinished) this.draw();
  }

  /**
   * Return what puts a longitude and latitude on the picture.
   *
   * Seen from straight above, the picture is a plane: three points say where all others
   * are, and two thousand units need no two thousand questions to the map.
   *
   * @returns {(lon: number, lat: number) => {x: number, y: number}}
   */
  #placing() {
    const map = this.#map;
    if (map.getPitch()) return (lon, lat) => map.project([lon, lat]);
    const { lng, lat } = map.getCenter();
    const span = 0.01;
    const top = northing(lat);
    const here = map.project([lng, lat]);
    const east = map.project([lng + span, lat]);
    const north = map.project([lng, lat + span]);
    const rise = northing(lat + span) - top;
    const [ex, ey] = [(east.x - here.x) / span, (east.y - here.y) / span];
    const [nx, ny] = [(north.x - here.x) / rise, (north.y - here.y) / rise];
    return (lon, latitude) => {
      const [right, up] = [lon - lng, northing(latitude) - top];
      return { x: here.x + right * ex + up * nx, y: here.y + right * ey + up * ny };
    };
  }

  #open() {
    const city = /** @type {any} */ (this.querySelector("city-map"));
    if (this.#map || !city?.map) return;
    this.#map = city.map;
    const holder = this.querySelector(".city-map__canvas");
    this.#canvas = document.createElement("canvas");
    this.#canvas.className = "desk-map__marks";
    this.#canvas.setAttribute("aria-hidden", "true");
    holder?.append(this.#canvas);
    this.#map.on("move", () => this.paint());
    this.#map.on("resize", () => this.draw());
    for (const gesture of ["movestart", "zoomstart"]) {
      this.#map.on(gesture, (/** @type {any} */ event) => {
        if (event.originalEvent) this.#hold(true);
      });
    }
    this.#knownCalls = "";
    this.#followCalls();
    this.draw();
  }

  /** Go to where the calls are, if they are others than before and nobody holds us. */
  #followCalls() {
    const calls = [...this.#calls.keys()].sort().join();
    if (calls === this.#knownCalls || !this.#map) return;
    this.#knownCalls = calls;
    if (!this.isHeld) this.#fit();
  }

  #fit() {
    const points = [...this.#calls.values()];
    if (!points.length || !this.#map) return;
    const lons = points.map((mark) => mark[0]);
    const lats = points.map((mark) => mark[1]);
    this.#map.fitBounds(
      [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
      { padding: 60, maxZoom: 15, animate: false },
    );
  }

  /** @param {boolean} isHeld */
  #hold(isHeld) {
    this.isHeld = isHeld;
    const button = this.querySelector("[data-follow]");
    const text = /** @type {HTMLElement | null} */ (
      this.querySelector("[data-follow-text]")
    );
    button?.setAttribute("aria-pressed", String(!isHeld));
    if (text) text.textContent = text.dataset[isHeld ? "holds" : "follows"] ?? "";
  }

  /** @param {Event} event */
  #onClick(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest('[data-action="fit"]')) {
      this.#fit();
    } else if (target.closest("[data-follow]")) {
      this.#hold(!this.isHeld);
      if (!this.isHeld) this.#fit();
    }
  }

  /** @param {Event} event */
  #onPoint(event) {
    const { lon, lat } = /** @type {CustomEvent} */ (event).detail;
    const here = this.#map.project([lon, lat]);
    const place = this.#placing();
    let nearest = HIT_PX;
    /** @type {{kind: string, id: string} | null} */
    let found = null;
    for (const [kind, marks] of /** @type {[string, Map<string, any>][]} */ ([
      ["call", this.#calls],
      ["unit", this.#units],
    ])) {
      for (const [id, mark] of marks) {
        const at = place(mark[0], mark[1]);
        const far = Math.hypot(at.x - here.x, at.y - here.y);
        if (far < nearest) [nearest, found] = [far, { kind, id }];
      }
    }
    if (found) {
      this.dispatchEvent(
        new CustomEvent("mark-chosen", { bubbles: true, detail: found }),
      );
    }
  }

  /** @param {string} kind */
  #isShown(kind) {
    const box = /** @type {HTMLInputElement | null} */ (
      this.querySelector(`input[data-mark="${kind}"]`)
    );
    return box?.checked ?? true;
  }

  #recolour() {
    const style = getComputedStyle(document.documentElement);
    const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    this.#colours = {
      paper: token("--paper"),
      ink: token("--ink"),
      focus: token("--focus"),
      bad: token("--bad"),
      warn: token("--warn"),
      muted: token("--ink-muted"),
      font: token("--font"),
      ...Object.fromEntries(
        Object.entries(TOKENS).map(([shape, name]) => [shape, token(name)]),
      ),
    };
    this.#sprites.clear();
    this.draw();
  }

  /**
   * Say where units are heading: one stroke for each colour, not one for each unit.
   *
   * @param {CanvasRenderingContext2D} pen
   * @param {[UnitMark, {x: number, y: number}][]} seen
   * @param {number} now
   */
  #paintHeadings(pen, seen, now) {
    /** @type {Map<string, Path2D>} */
    const paths = new Map();
    for (const [[, , heading, fixedAt, shape], at] of seen) {
      if (heading === null || fixedAt === null || kindOf(now - fixedAt) !== "seen")
        continue;
      const turn = ((heading - 90) * Math.PI) / 180;
      const [right, down] = [Math.cos(turn), Math.sin(turn)];
      const path = paths.get(shape) ?? new Path2D();
      path.moveTo(at.x + 11 * right, at.y + 11 * down);
      path.lineTo(at.x + 19 * right, at.y + 19 * down);
      paths.set(shape, path);
    }
    pen.lineWidth = 3;
    for (const [shape, path] of paths) {
      pen.strokeStyle = this.#colours[shape];
      pen.stroke(path);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {{x: number, y: number}} at
   * @param {UnitMark} mark
   * @param {number} now
   */
  #paintUnit(pen, at, [, , , fixedAt, shape, letters], now) {
    const age = fixedAt === null ? null : now - fixedAt;
    const kind = kindOf(age);
    const half = SPRITE_PX / 2;
    pen.drawImage(
      this.#sprite(shape, letters, kind),
      // On whole pixels a picture is copied; between them every pixel is reckoned anew.
      Math.round(at.x - half),
      Math.round(at.y - half),
      SPRITE_PX,
      SPRITE_PX,
    );
    if (age !== null && age > AGED_AFTER_MS) {
      this.#write(pen, `${Math.floor(age / 60_000)}′`, at.x + 18, at.y + 12);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {{x: number, y: number}} at
   * @param {CallMark} mark
   * @param {boolean} isSelected
   */
  #paintCall(pen, at, [, , urgency, number, waits], isSelected) {
    const half = SPRITE_PX / 2;
    if (isSelected) {
      pen.strokeStyle = this.#colours.focus;
      pen.lineWidth = 4;
      pen.strokeRect(at.x - half - 1, at.y - half - 1, SPRITE_PX + 2, SPRITE_PX + 2);
    }
    const sprite = this.#sprite("call", `U${urgency}`, waits ? "waits" : "sent");
    pen.drawImage(sprite, at.x - half, at.y - half, SPRITE_PX, SPRITE_PX);
    if (isSelected) this.#write(pen, number, at.x + half + 6, at.y);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {string} text
   * @param {number} x
   * @param {number} y
   */
  #write(pen, text, x, y) {
    pen.font = `600 12px ${this.#colours.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.strokeStyle = this.#colours.paper;
    pen.strokeText(text, x, y);
    pen.fillStyle = this.#colours.ink;
    pen.fillText(text, x, y);
  }

  /**
   * Return a mark, drawn once: to copy it is ten times faster than to write its letters.
   * Where a frame has no time left for that, shape and colour come first.
   *
   * @param {string} shape
   * @param {string} letters
   * @param {string} kind
   */
  #sprite(shape, letters, kind) {
    const key = `${shape} ${letters} ${kind}`;
    const known = this.#sprites.get(key);
    if (known) return known;
    if (letters && performance.now() > this.#drawsUntil) {
      this.#isUnfinished = true;
      return this.#sprite(shape, "", kind);
    }
    const ratio = devicePixelRatio || 1;
    const sidePx = Math.round(SPRITE_PX * ratio);
    const sheet = new OffscreenCanvas(sidePx, sidePx);
    const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (
      sheet.getContext("2d")
    );
    pen.scale(ratio, ratio);
    pen.translate(SPRITE_PX / 2, SPRITE_PX / 2);
    const { paper } = this.#colours;
    const colour =
      shape === "call" ? this.#colours[kind === "waits" ? "bad" : "warn"] : this.#colours[shape];
    const isFilled = kind === "seen" || kind === "waits";
    outline(pen, shape);
    pen.fillStyle = isFilled ? colour : paper;
    pen.fill();
    pen.setLineDash(kind === "old" ? [3, 3] : []);
    pen.lineWidth = 3;
    pen.strokeStyle = isFilled ? paper : colour;
    pen.stroke();
    pen.fillStyle = isFilled ? paper : colour;
    pen.font = `700 ${letters.length > 1 ? 11 : 14}px ${this.#colours.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(kind === "old" && letters ? `${letters}?` : letters, 0, shape === "triangle" ? 3 : 1);
    // A picture that cannot change any more is copied faster than a canvas that could.
    const sprite = sheet.transferToImageBitmap();
    this.#sprites.set(key, sprite);
    return sprite;
  }
}

/** @param {number | null} ageMs of its position; null: its plan says where it is */
function kindOf(ageMs) {
  if (ageMs === null) return "plan";
  return ageMs > OLD_AFTER_MS ? "old" : "seen";
}

/** How far north a latitude is on a Mercator map, in radians. @param {number} lat */
function northing(lat) {
  return Math.asinh(Math.tan((lat * Math.PI) / 180));
}

/**
 * @param {OffscreenCanvasRenderingContext2D} pen
 * @param {string} shape
 */
function outline(pen, shape) {
  pen.beginPath();
  if (shape === "circle") pen.arc(0, 0, 12, 0, 2 * Math.PI);
  else if (shape === "square") pen.rect(-11, -11, 22, 22);
  else if (shape === "bar") pen.rect(-15, -8, 30, 16);
  else if (shape === "triangle") polygon(pen, 3, 15, 15);
  else if (shape === "star") polygon(pen, 8, 16, 10);
  else polygon(pen, 4, 16, 16);
  pen.closePath();
}

/**
 * @param {OffscreenCanvasRenderingContext2D} pen
 * @param {number} corners
 * @param {number} far
 * @param {number} near
 */
function polygon(pen, corners, far, near) {
  const n = near === far ? corners : corners * 2;
  for (let i = 0; i < n; i++) {
    const turn = (2 * Math.PI * i) / n - Math.PI / 2;
    const radius = i % 2 && near !== far ? near : far;
    pen.lineTo(radius * Math.cos(turn), radius * Math.sin(turn) + (corners === 3 ? 3 : 0));
  }
}

customElements.define("desk-map", DeskMap);
