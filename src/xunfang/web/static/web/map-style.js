// @ts-check
/**
 * How the city looks: our tile layers in the colours of tokens.css.
 *
 * The style names no glyphs and no sprite, so MapLibre draws every letter with the fonts
 * of the machine and the few icons are drawn here: nothing is fetched but tiles.
 */
import { overlayLines, overlayPoints } from "./map-overlay.js";

/** @typedef {import("./map-overlay.js").Overlay} Overlay */

const MOTORWAYS = ["motorway", "motorway_link", "trunk", "trunk_link"];
const MAJOR = ["primary", "primary_link", "secondary", "secondary_link"];
const MINOR = [
  ...["tertiary", "tertiary_link", "residential", "unclassified", "living_street"],
  "road",
];
const SERVICE = ["service", "track", "busway"];
const WALKS = ["footway", "path", "steps", "cycleway", "pedestrian", "bridleway"];
const YES = [true, 1, "yes", "true"];

/** @param {string[]} classes */
const isOne = (classes) => ["in", ["get", "class"], ["literal", classes]];
/** @param {string} name */
const isSet = (name) => ["in", ["get", name], ["literal", YES]];

/** Width that grows with the zoom as the street does. @param {number} metres */
const width = (metres) => [
  ...["interpolate", ["exponential", 1.6], ["zoom"]],
  ...[9, metres * 0.06],
  ...[13, metres * 0.28],
  ...[18, metres * 3],
];

/**
 * @param {{tilesUrl: string, token: (name: string) => string, overlay: Overlay,
 *   hiddenGroups: string[], selectedStop: string | null}} choices
 */
export function cityStyle({ tilesUrl, token, overlay, hiddenGroups, selectedStop }) {
  return {
    version: 8,
    sources: {
      city: { type: "vector", tiles: [tilesUrl], minzoom: 5, maxzoom: 15 },
      overlay: { type: "geojson", data: overlay },
    },
    layers: [
      ...groundLayers(token),
      ...roadLayers(token),
      ...overlayLines({ token, hiddenGroups }),
      ...labelLayers(token),
      ...overlayPoints({ token, hiddenGroups, selectedStop }),
    ],
  };
}

/** @param {(name: string) => string} token */
function groundLayers(token) {
  const water = token("--map-water");
  return [
    {
      id: "land",
      type: "background",
      paint: { "background-color": token("--map-land") },
    },
    {
      ...{ id: "green", type: "fill", source: "city", "source-layer": "green" },
      paint: { "fill-color": token("--map-green") },
    },
    {
      ...{ id: "water", type: "fill", source: "city", "source-layer": "water" },
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": water },
    },
    {
      ...{ id: "streams", type: "line", source: "city", "source-layer": "water" },
      filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": water, "line-width": width(8) },
    },
    {
      ...{ id: "buildings", type: "fill", source: "city", "source-layer": "buildings" },
      minzoom: 13,
      paint: {
        "fill-color": token("--map-building"),
        "fill-outline-color": token("--map-building-edge"),
      },
    },
  ];
}

/** @param {(name: string) => string} token */
function roadLayers(token) {
  const edge = token("--map-road-edge");
  const road = token("--map-road");
  /**
   * @param {string} id
   * @param {any} filter
   * @param {string} colour
   * @param {any} lineWidth
   * @param {Record<string, any>} [rest]
   */
  const line = (id, filter, colour, lineWidth, rest = {}) => ({
    ...{ id, type: "line", source: "city", "source-layer": "roads", filter },
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": lineWidth, ...rest },
  });
  const kinds = /** @type {const} */ ([
    ["service", SERVICE, 4, road],
    ["minor", MINOR, 8, road],
    ["major", MAJOR, 13, token("--map-road-major")],
    ["motorway", MOTORWAYS, 15, token("--map-motorway")],
  ]);
  const onGround = ["all", ["!", isSet("bridge")], ["!", isSet("tunnel")]];
  return [
    line("tunnels", ["all", isSet("tunnel"), ["!", isOne(WALKS)]], edge, width(8), {
      "line-opacity": 0.5,
      "line-dasharray": [1, 1.5],
    }),
    line("walks", isOne(WALKS), token("--map-walk"), width(2.5), {
      "line-dasharray": [2, 1.5],
    }),
    ...kinds.map(([id, classes, metres]) =>
      line(
        `${id}-edges`,
        ["all", isOne([...classes]), onGround],
        edge,
        width(metres + 3),
      ),
    ),
    ...kinds.map(([id, classes, metres, colour]) =>
      line(id, ["all", isOne([...classes]), onGround], colour, width(metres)),
    ),
    {
      ...{ id: "rail", type: "line", source: "city", "source-layer": "rail" },
      paint: {
        "line-color": token("--map-rail"),
        "line-width": 1.4,
        "line-dasharray": [4, 3],
      },
    },
    ...kinds.map(([id, classes, metres]) =>
      line(
        `${id}-bridge-edges`,
        ["all", isOne([...classes]), isSet("bridge")],
        token("--map-bridge-edge"),
        width(metres + 5),
      ),
    ),
    ...kinds.map(([id, classes, metres, colour]) =>
      line(
        `${id}-bridges`,
        ["all", isOne([...classes]), isSet("bridge")],
        colour,
        width(metres),
      ),
    ),
  ];
}

/** @param {(name: string) => string} token */
function labelLayers(token) {
  const paint = {
    "text-color": token("--map-text"),
    "text-halo-color": token("--map-halo"),
    "text-halo-width": 1.5,
  };
  const named = ["!=", ["coalesce", ["get", "name"], ""], ""];
  /**
   * @param {string} id
   * @param {any} filter
   * @param {number} minzoom
   * @param {number} size
   */
  const streetNames = (id, filter, minzoom, size) => ({
    ...{ id, type: "symbol", source: "city", "source-layer": "roads", minzoom },
    filter: ["all", named, filter],
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 350,
      "text-field": ["get", "name"],
      "text-size": size,
      "text-max-angle": 35,
    },
    paint,
  });
  return [
    {
      ...{ id: "places", type: "symbol", source: "city", "source-layer": "poi" },
      minzoom: 15,
      filter: named,
      layout: { "text-field": ["get", "name"], "text-size": 11, "text-max-width": 8 },
      paint: { ...paint, "text-color": token("--map-text-place") },
    },
    streetNames("service-names", isOne([...SERVICE, ...WALKS]), 16, 11),
    streetNames("minor-names", isOne(MINOR), 14.5, 12),
    streetNames("major-names", isOne([...MAJOR, ...MOTORWAYS]), 12, 13),
    {
      ...{ id: "water-names", type: "symbol", source: "city", "source-layer": "water" },
      minzoom: 12,
      filter: named,
      layout: {
        "text-field": ["get", "name"],
        "text-size": 13,
        "text-letter-spacing": 0.2,
      },
      paint: { ...paint, "text-color": token("--map-text-water") },
    },
  ];
}

const ICON_PX = 40; // drawn at twice the size it is shown

/**
 * Draw an icon of ours; null for a name we do not know. One colour only: MapLibre tints
 * it, so it must be a distance field, which a soft-edged shape approximates well enough.
 *
 * @param {string} id
 */
export function drawIcon(id) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = ICON_PX;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const outline = ICONS[id];
  if (!pen || !outline) return null;
  pen.beginPath();
  for (const [x, y] of outline) pen.lineTo(x * ICON_PX, y * ICON_PX);
  pen.closePath();
  pen.fill();
  return distanceField(pen.getImageData(0, 0, ICON_PX, ICON_PX));
}

/** Outlines in a unit square, x to the right, y down. @type {Record<string, number[][]>} */
const ICONS = {
  arrow: [
    [0.34, 0.26],
    [0.72, 0.5],
    [0.34, 0.74],
    [0.44, 0.5],
  ],
  post: [
    [0.5, 0.14],
    [0.82, 0.26],
    [0.78, 0.62],
    [0.5, 0.88],
    [0.22, 0.62],
    [0.18, 0.26],
  ],
};

const REACH_PX = 8; // MapLibre reads distances up to this far from the edge

/**
 * Turn a filled shape into a signed distance field in the alpha channel: 191 on the
 * edge, more inside, as MapLibre expects of a tinted icon.
 *
 * @param {ImageData} image
 */
function distanceField(image) {
  const { width: size, data } = image;
  const isInside = (/** @type {number} */ x, /** @type {number} */ y) =>
    x >= 0 && y >= 0 && x < size && y < size && data[(y * size + x) * 4 + 3] > 127;
  const field = new ImageData(size, size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const inside = isInside(x, y);
      let nearest = REACH_PX;
      for (let dy = -REACH_PX; dy <= REACH_PX; dy++) {
        for (let dx = -REACH_PX; dx <= REACH_PX; dx++) {
          if (isInside(x + dx, y + dy) !== inside) {
            nearest = Math.min(nearest, Math.hypot(dx, dy) - 0.5);
          }
        }
      }
      const signed = inside ? nearest : -nearest;
      field.data[(y * size + x) * 4 + 3] = Math.max(
        0,
        Math.min(255, 191 + (signed / REACH_PX) * 255),
      );
    }
  }
  return field;
}
