"""Questions about local help: what is there, how far from a place, who was asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.translation import override

from xunfang.calls.models import HELP_KINDS, Call, HelpRequest, LocalHelp
from xunfang.core.geo import short_distance_m

type Point = tuple[float, float]

ALSO_CALLED = {
    "pump": ("抽水机", "水泵", "排水泵", "抽水"),
    "boat": ("船", "冲锋舟", "橡皮艇", "舟艇"),
    "life_buoy": ("救生圈", "救生衣", "绳包", "抛绳", "rope"),
    "sandbags": ("沙袋", "防汛沙袋", "挡水板"),
    "generator": ("发电机", "发电车", "应急电源"),
    "lighting": ("照明", "应急灯", "照明车", "lamp"),
    "ladder": ("梯子", "云梯", "登高车"),
    "keys": ("钥匙", "门禁", "闸门钥匙"),
    "locksmith": ("开锁", "锁匠"),
    "digger": ("挖掘机", "铲车", "吊车", "excavator", "crane"),
    "towing": ("拖车", "清障车", "搭电", "tow truck"),
    "saw": ("油锯", "电锯", "清树"),
    "first_aid": ("急救", "除颤仪", "AED", "担架"),
    "shelter": ("安置", "庇护", "避难", "住处"),
}
"""Other words for a kind, as people type them."""

OLD_AFTER = timedelta(days=180)
"""A number that nobody has rung for so long is to be confirmed."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One thing in a list, and how far away it is."""

    help: LocalHelp
    distance_m: float | None
    """From the place that was asked about; None where one of the two has no point."""


def in_use(day: date) -> QuerySet[LocalHelp]:
    """Return what is to be had on a day, whoever asks: the neighbourhood lends to all."""
    return LocalHelp.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=day)
    ).select_related("station")


def kind_words() -> dict[str, list[str]]:
    """Return every kind with all words for it, in both languages."""
    words = {}
    for kind, label in HELP_KINDS:
        with override("zh-hans"):
            names = [str(label)]
        with override("en"):
            names.append(str(label))
        words[kind] = [*names, *ALSO_CALLED.get(kind, ())]
    return words


def kinds_meant(text: str) -> list[str]:
    """Return the kinds somebody may mean: by their names in either language.

    >>> kinds_meant("抽水机")
    ['pump']
    """
    said = text.strip().casefold()
    if not said:
        return []
    return [
        kind
        for kind, words in kind_words().items()
        if any(said in word.casefold() for word in (kind, *words))
    ]


def search(
    *,
    day: date,
    q: str = "",
    kinds: Collection[str] = (),
    near: Point | None = None,
    within_m: float | None = None,
) -> list[HelpLine]:
    """Return what matches all words, nearest first where a place is given; one query.

    ``near`` is longitude and latitude. With ``within_m`` what has no point is left out:
    nobody knows whether it is so near.
    """
    found = in_use(day)
    if kinds:
        found = found.filter(kind__in=kinds)
    for word in q.split():
        found = found.filter(
            Q(kind__in=kinds_meant(word))
            | Q(name__icontains=word)
            | Q(name_en__icontains=word)
            | Q(place_text__icontains=word)
            | Q(note__icontains=word)
            | Q(phone__icontains=word)
        )
    rows = list(found)
    if near is None:
        return [HelpLine(row, None) for row in rows]
    lonlat = np.array([(row.lon, row.lat) for row in rows], dtype=np.float64)
    metres = short_distance_m(lonlat, np.array(near)) if rows else np.empty(0)
    lines = [
        HelpLine(row, None if np.isnan(m) else float(m))
        for row, m in zip(rows, metres, strict=True)
    ]
    if within_m is not None:
        lines = [
            line
            for line in lines
            if line.distance_m is not None and line.distance_m <= within_m
        ]
    return sorted(
        lines,
        key=lambda line: (
            line.distance_m is None,
            line.distance_m or 0.0,
            line.help.kind,
            line.help.pk,
        ),
    )


def near_call(
    call: Call, *, kinds: Collection[str], day: date, n_at_most: int = 8
) -> list[HelpLine]:
    """Return the nearest help of some kinds for a call; where it has no point, in order."""
    near = None if call.lon is None or call.lat is None else (call.lon, call.lat)
    return search(day=day, kinds=kinds, near=near)[:n_at_most]


def requests_for(call: Call) -> QuerySet[HelpRequest]:
    """Return who was asked for a call, and what they answered."""
    return HelpRequest.objects.filter(call=call).select_related("help", "asked_by")
