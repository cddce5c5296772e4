// @ts-check
/**
 * What is drawn over the streets: areas, reach, routes, posts, stops.
 *
 * Layers belong to groups, which people switch on and off; a layer's group is in its
 * `metadata`. Units differ by colour and by the number in the circle, never by colour
 * alone.
 */

/**
 * @typedef {{type: "Feature", properties: Record<string, any>,
 *   geometry: {type: string, coordinates: any}}} Feature
 * @typedef {{type: "FeatureCollection", features: Feature[]}} Overlay
 */

export const GROUPS = [
  ...["areas", "cells", "circles", "reach", "streets"],
  ...["routes", "posts", "stops", "unmet"],
  ...["passed", "blind", "outcomes"],
];
export const SELECTED_STOP = "selected-stop";
/** As many as tokens.css has; a ninth unit has the colour of the first. */
const N_UNIT_COLOURS = 8;

/** @typedef {(name: string) => string} Token Reads a colour of tokens.css. */

/** @param {Token} token */
const unitColour = (token) => [
  "match",
  ["%", ["to-number", ["get", "unit"], 0], N_UNIT_COLOURS],
  ...Array.from({ length: N_UNIT_COLOURS }, (_, index) => [
    index,
    token(`--unit-${index}`),
  ]).flat(),
  token("--ink"),
];

/** @param {Token} token */
const reachColour = (token) => [
  "match",
  ["to-number", ["get", "minutes"], 5],
  ...[1, token("--reach-1"), 3, token("--reach-3")],
  token("--reach-5"),
];

/**
 * One layer of the overlay: features of one kind, in one group.
 *
 * @param {string[]} hiddenGroups
 * @returns {(group: string, kind: string, layer: Record<string, any>) => any}
 */
const layerMaker =
  (hiddenGroups) =>
  (group, kind, { layout = {}, ...rest }) => ({
    source: "overlay",
    filter: ["==", ["get", "kind"], kind],
    metadata: { group },
    layout: { visibility: hiddenGroups.includes(group) ? "none" : "visible", ...layout },
    ...rest,
  });

/**
 * Lines and outlines, to be drawn beneath the names of the streets.
 *
 * @param {{token: Token, hiddenGroups: string[]}} choices
 */
export function overlayLines({ token, hiddenGroups }) {
  const layer = layerMaker(hiddenGroups);
  const paper = token("--paper");
  const round = { "line-cap": "round", "line-join": "round" };
  // Units that share a street run side by side, three abreast, instead of hiding.
  const sideBySide = ["*", 3, ["-", ["%", ["to-number", ["get", "unit"], 0], 3], 1]];

  return [
    layer("cells", "cell", {
      id: "cells",
      type: "line",
      paint: { "line-color": token("--map-cell"), "line-width": 0.75 },
    }),
    layer("areas", "area", {
      id: "areas",
      type: "line",
      paint: {
        "line-color": token("--map-area"),
        "line-width": 2,
        "line-dasharray": [3, 2],
      },
    }),
    // A gap is dashed, an overlap is wide: colour is never the only sign.
    ...["area", "gap", "overlap"].map((state) => ({
      ...layer("streets", "street", {
        id: `streets-${state}`,
        type: "line",
        layout: { "line-join": "round" },
        paint: {
          "line-color": token({ gap: "--bad", overlap: "--warn" }[state] ?? "--map-area"),
          "line-width": { gap: 5, overlap: 8 }[state] ?? 4,
          "line-opacity": 0.8,
          ...(state === "gap" ? { "line-dasharray": [1.5, 1] } : {}),
        },
      }),
      filter: [
        "all",
        ["==", ["get", "kind"], "street"],
        ["==", ["get", "state"], state],
      ],
    })),
    layer("reach", "reach", {
      id: "reach",
      type: "line",
      layout: { ...round, "line-sort-key": ["-", ["get", "minutes"]] },
      paint: {
        "line-color": reachColour(token),
        "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 11, 2, 16, 9],
        "line-opacity": 0.75,
      },
    }),
    // The wider, the more often; what nobody was near is dashed.
    layer("passed", "passed", {
      id: "passed",
      type: "line",
      layout: round,
      paint: {
        "line-color": token("--reach-3"),
        "line-width": ["min", 9, ["+", 2, ["*", 1.2, ["get", "passes"]]]],
        "line-opacity": 0.85,
      },
    }),
    layer("blind", "blind", {
      id: "blind",
      type: "line",
      paint: {
        "line-color": token("--bad"),
        "line-width": 3,
        "line-dasharray": [1.5, 1.2],
      },
    }),
    layer("routes", "route", {
      id: "route-edges",
      type: "line",
      layout: round,
      paint: { "line-color": paper, "line-width": 6, "line-offset": sideBySide },
    }),
    layer("routes", "route", {
      id: "routes",
      type: "line",
      layout: round,
      paint: {
        "line-color": unitColour(token),
        "line-width": 3.5,
        "line-offset": sideBySide,
      },
    }),
    layer("routes", "route", {
      id: "route-arrows",
      type: "symbol",
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 90,
        "icon-image": "arrow",
        "icon-allow-overlap": true,
      },
      paint: {
        "icon-color": unitColour(token),
        "icon-halo-color": paper,
        "icon-halo-width": 1,
      },
    }),
  ];
}

/**
 * Names, posts and stops, to be drawn on top of everything.
 *
 * @param {{token: Token, hiddenGroups: string[], selectedStop: string | null}} choices
 */
export function overlayPoints({ token, hiddenGroups, selectedStop }) {
  const layer = layerMaker(hiddenGroups);
  const paper = token("--paper");
  const ink = token("--ink");

  return [
    layer("areas", "area", {
      id: "area-names",
      type: "symbol",
      minzoom: 12,
      layout: { "text-field": ["coalesce", ["get", "name"], ""], "text-size": 13 },
      paint: {
        "text-color": token("--map-area"),
        "text-halo-color": paper,
        "text-halo-width": 1.5,
      },
    }),
    layer("circles", "circle", {
      id: "circles",
      type: "symbol",
      layout: {
        // A ring with the minutes in which somebody should be there.
        "text-field": ["concat", ["to-string", ["get", "minutes"]], "′"],
        "text-size": 12,
        "text-font": ["Sans Bold"],
        "text-allow-overlap": true,
      },
      paint: {
        "text-color": token("--map-area"),
        "text-halo-color": paper,
        "text-halo-width": 2,
      },
    }),
    layer("unmet", "unmet", {
      id: "unmet",
      type: "symbol",
      layout: {
        // A duty that nobody can hold says "!", a wish that did not fit "?".
        "text-field": ["case", ["boolean", ["get", "mandatory"], false], "!", "?"],
        "text-size": ["case", ["boolean", ["get", "mandatory"], false], 22, 15],
        "text-font": ["Sans Bold"],
        "text-allow-overlap": true,
      },
      paint: {
        "text-color": token("--bad"),
        "text-halo-color": paper,
        "text-halo-width": 2.5,
      },
    }),
    layer("stations", "station", {
      id: "stations",
      type: "symbol",
      layout: {
        "text-field": [
          "concat",
          [
            "match",
            ["coalesce", ["get", "state"], ""],
            ...["planned", "✓ ", "working", "… ", "failed", "! ", "none", "– "],
            "",
          ],
          ["get", "name"],
        ],
        "text-size": 14,
        // A unit often has a stop where its station stands.
        "text-anchor": "bottom",
        "text-offset": [0, -1.2],
        "text-font": ["Sans Bold"],
        "text-allow-overlap": true,
      },
      paint: {
        "text-color": [
          "match",
          ["coalesce", ["get", "state"], ""],
          ...["planned", token("--good"), "working", token("--accent")],
          ...["failed", token("--bad"), "none", token("--warn")],
          ink,
        ],
        "text-halo-color": paper,
        "text-halo-width": 2.5,
      },
    }),
    layer("posts", "post", {
      id: "posts",
      type: "symbol",
      layout: {
        "icon-image": "post",
        "icon-allow-overlap": true,
        "text-field": ["coalesce", ["get", "name"], ""],
        "text-size": 12,
        "text-anchor": "top",
        "text-offset": [0, 0.9],
        "text-optional": true,
      },
      paint: {
        "icon-color": token("--map-post"),
        "icon-halo-color": paper,
        "icon-halo-width": 2,
        "text-color": ink,
        "text-halo-color": paper,
        "text-halo-width": 1.5,
      },
    }),
    layer("posts", "halt", {
      id: "halts",
      type: "circle",
      paint: {
        "circle-radius": 5,
        "circle-color": unitColour(token),
        "circle-stroke-width": 2,
        "circle-stroke-color": paper,
      },
    }),
    layer("stops", "stop", {
      id: "stops",
      type: "circle",
      paint: {
        "circle-radius": 11,
        "circle-color": paper,
        "circle-stroke-width": 3.5,
        "circle-stroke-color": unitColour(token),
      },
    }),
    layer("stops", "stop", {
      id: "stop-numbers",
      type: "symbol",
      layout: {
        "text-field": ["to-string", ["coalesce", ["get", "number"], ""]],
        "text-size": 12,
        "text-font": ["Sans Bold"],
        "text-allow-overlap": true,
      },
      paint: { "text-color": ink },
    }),
    layer("outcomes", "outcome", {
      id: "outcomes",
      type: "symbol",
      layout: {
        "text-field": ["get", "sign"],
        "text-size": 18,
        "text-font": ["Sans Bold"],
        "text-allow-overlap": true,
      },
      paint: {
        "text-color": [
          "match",
          ["get", "kept"],
          ...["kept", token("--good"), "not_seen", token("--bad")],
          ...["unknown", token("--ink-muted")],
          token("--warn"),
        ],
        "text-halo-color": paper,
        "text-halo-width": 2.5,
      },
    }),
    {
      ...layer("stops", "stop", {
        id: SELECTED_STOP,
        type: "circle",
        paint: {
          "circle-radius": 17,
          "circle-color": "rgba(0, 0, 0, 0)",
          "circle-stroke-width": 4,
          "circle-stroke-color": token("--focus"),
        },
      }),
      filter: ["==", ["get", "id"], selectedStop ?? ""],
    },
  ];
}

/**
 * Return stops, posts and stays in the order of the overlay, which is the list's.
 *
 * @param {Overlay} overlay
 */
export function stopsOf(overlay) {
  return overlay.features.filter(
    ({ properties }) => ["stop", "post", "outcome"].includes(properties?.kind) && properties.id,
  );
}

/**
 * Return what has this id: a stop, a post, or a wish that did not fit.
 *
 * @param {Overlay} overlay
 * @param {string | null} id
 */
export function findPlace(overlay, id) {
  return overlay.features.find(({ properties }) => id && properties?.id === id);
}

/**
 * Return [west, south, east, north] of the plan itself; areas and cells count only where
 * there is nothing else. Null for an empty overlay.
 *
 * @param {Overlay} overlay
 * @returns {[number, number, number, number] | null}
 */
export function boundsOf(overlay) {
  const isGround = (/** @type {Feature} */ { properties }) =>
    ["area", "cell", "circle", "station", "blind"].includes(properties?.kind);
  const plan = overlay.features.filter((feature) => !isGround(feature));
  /** @type {[number, number, number, number]} */
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  /** @param {any} coordinates */
  const include = (coordinates) => {
    if (typeof coordinates?.[0] !== "number") {
      for (const inner of coordinates ?? []) include(inner);
      return;
    }
    const [lon, lat] = coordinates;
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  };
  for (const { geometry } of plan.length ? plan : overlay.features) {
    include(geometry?.coordinates);
  }
  return box[0] <= box[2] ? box : null;
}
