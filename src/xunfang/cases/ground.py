"""Whose ground a word is about: by its pin, else by a station named in it."""

from datetime import date

from xunfang.places.ground import Ground
from xunfang.units.models import Station


def station_of(
    *, lonlat: tuple[float, float] | None, text: str, day: date
) -> Station | None:
    """Return the station whose ground a pin lies on, or that a text names; else None.

    A station is named by its name without 派出所. Where two are named, nobody knows.
    """
    if lonlat is not None:
        code = Ground.station_code_at(lonlat, day=day)
        if code is not None:
            return Station.objects.filter(code=code).first()
    named = [
        each
        for each in Station.objects.all()
        if (short := each.name.removesuffix("派出所")) and short in text
    ]
    return named[0] if len(named) == 1 else None
