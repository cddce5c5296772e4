"""Our own format: many fixes at once, with the clock of the device when it sent them."""

from typing import Any, Final

from xunfang.api.positions.reading import (
    Said,
    Unreadable,
    is_on_earth,
    measure,
    number,
    percent,
    seconds,
)
from xunfang.core.dispatching.sheets import SKEW_TOLERATED
from xunfang.units.positions.receiving import Spot

MOST_AT_ONCE: Final = 1000


def read_json(document: Any, *, now_s: float) -> Said:
    """Read ``{"sent_at": …, "fixes": [{"at", "lon", "lat", …}, …]}``.

    ``sent_at`` is the device's clock when it sent this: times are put right by as much
    as it is wrong, however late the fixes come.

    Raises
    ------
    Unreadable
        It is not of this form.
    """
    if not isinstance(document, dict):
        raise Unreadable("an object is wanted")
    fixes = document.get("fixes")
    if not isinstance(fixes, list) or len(fixes) > MOST_AT_ONCE:
        raise Unreadable(f"fixes is a list of at most {MOST_AT_ONCE}")
    skew_s = 0.0
    is_clock_known = document.get("sent_at") is not None
    if is_clock_known:
        skew_s = now_s - seconds(document["sent_at"])
        if abs(skew_s) <= SKEW_TOLERATED.total_seconds():
            skew_s = 0.0
    spots = [_read_fix(fix, skew_s) for fix in fixes]
    usable = tuple(spot for spot in spots if is_on_earth(spot.lon, spot.lat))
    return Said(
        usable, n_unusable=len(spots) - len(usable), is_clock_right=is_clock_known
    )


def _read_fix(fix: Any, skew_s: float) -> Spot:
    if not isinstance(fix, dict):
        raise Unreadable("a fix is an object")
    said = fix.get
    return Spot(
        seconds(said("at")) + skew_s,
        number(said("lon")),
        number(said("lat")),
        measure(said("speed_mps")),
        measure(said("heading_deg")),
        measure(said("accuracy_m")),
        percent(measure(said("battery_pct"))),
    )
