"""The one place that writes fixes: many in one statement, and crews where they are newest.

Who may say where a crew is, and when, was judged before (``receiving``, ``telephones``).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import batched
from typing import Any, Final, NamedTuple

from django.db import connection

from xunfang.units.models import Fix, Position

KEPT_FOR: Final = timedelta(hours=72)
"""Raw fixes are deleted after this time, and none is taken that is older."""
ROWS_AT_ONCE: Final = 256
"""One statement for so many rows. Each statement lets other threads have the interpreter
and waits to get it back, which under load takes longer than the writing."""
FEWEST_ROWS: Final = 4
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class KeptFix(NamedTuple):
    """A fix that is to be kept, in WGS 84; times in seconds since 1970."""

    shift: int
    device: int | None
    """None: the crew's own telephone."""
    fixed_s: float
    device_s: float | None
    """What a clock that is wrong said; None: it is right."""
    lon: float
    lat: float
    speed_mps: float | None
    heading_deg: float | None
    accuracy_m: float | None
    battery_pct: int | None
    is_now: bool
    """Whether the crew is still out with what says it: it shows where the crew is."""


def write_fixes(kept: Sequence[KeptFix], *, at: datetime, batch: int) -> None:
    """Write fixes, each once, and put crews where their newest one is."""
    if not kept:
        return
    stored = _as_stored()
    received_at = stored(at.timestamp())
    _insert(
        Fix._meta.db_table,  # noqa: SLF001 -- Django's own name
        (
            *("shift_id", "device_id", "fixed_at", "device_at", "received_at"),
            *("lon", "lat", "speed_mps", "heading_deg", "accuracy_m"),
        ),
        (
            (
                one.shift,
                one.device,
                stored(one.fixed_s),
                None if one.device_s is None else stored(one.device_s),
                received_at,
                one.lon,
                one.lat,
                one.speed_mps,
                one.heading_deg,
                one.accuracy_m,
            )
            for one in kept
        ),
        "ON CONFLICT DO NOTHING",
    )
    _move_positions(_as_first_told(kept), stored, received_at, batch)


def moment(at_s: float) -> datetime:
    """Return the moment so many seconds after 1970, to the microsecond."""
    return EPOCH + timedelta(microseconds=round(at_s * 1e6))


def _as_stored() -> Callable[[float], Any]:
    """Return what says how the database writes a time, ten times as fast as its driver.

    Whole seconds are asked of the driver once each; what is added is the part of one.
    """
    adapt = connection.ops.adapt_datetimefield_value

    @cache
    def whole(second: int) -> Any:
        return adapt(datetime.fromtimestamp(second, UTC))

    def stored(at_s: float) -> Any:
        second, microsecond = divmod(round(at_s * 1e6), 1_000_000)
        known = whole(second)
        if not microsecond:
            return known
        if isinstance(known, str):
            return f"{known}.{microsecond:06d}"
        return known.replace(microsecond=microsecond)

    return stored


def _as_first_told(kept: Sequence[KeptFix]) -> Sequence[KeptFix]:
    """Return fixes with the times that were estimated when they came for the first time.

    Told again, a fix of a clock that is wrong would otherwise seem to be of now.
    """
    of_wrong_clocks = [one for one in kept if one.device_s is not None]
    if not of_wrong_clocks:
        return kept
    stored = {
        (shift, device_at): fixed_at.timestamp()
        for shift, device_at, fixed_at in Fix.objects.filter(
            shift__in={one.shift for one in of_wrong_clocks},
            device_at__in={moment(one.device_s or 0.0) for one in of_wrong_clocks},
        ).values_list("shift", "device_at", "fixed_at")
    }
    return [
        one
        if one.device_s is None
        else one._replace(
            fixed_s=stored.get((one.shift, moment(one.device_s)), one.fixed_s)
        )
        for one in kept
    ]


def _move_positions(
    kept: Sequence[KeptFix],
    stored: Callable[[float], Any],
    received_at: Any,
    batch: int,
) -> None:
    """Put crews where their newest fix is; what comes late leaves them where they are."""
    newest: dict[int, KeptFix] = {}
    for one in kept:
        best = newest.get(one.shift)
        if one.is_now and (best is None or best.fixed_s < one.fixed_s):
            newest[one.shift] = one
    fields = (
        *("lon", "lat", "fixed_at", "received_at", "speed_mps", "heading_deg"),
        *("accuracy_m", "battery_pct", "batch"),
    )
    table = Position._meta.db_table  # noqa: SLF001 -- Django's own name
    changes = ", ".join(f"{name} = excluded.{name}" for name in fields)
    _insert(
        table,
        ("shift_id", *fields),
        (
            (
                shift,
                one.lon,
                one.lat,
                stored(one.fixed_s),
                received_at,
                one.speed_mps,
                one.heading_deg,
                one.accuracy_m,
                one.battery_pct,
                batch,
            )
            # In one order, so that no two who write wait for each other.
            for shift, one in sorted(newest.items())
        ),
        f"ON CONFLICT (shift_id) DO UPDATE SET {changes} "
        f"WHERE {table}.fixed_at < excluded.fixed_at",
    )


def _insert(
    table: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]], on_conflict: str
) -> None:
    """Insert rows a block at a time; the mapper would take longer than the writing."""
    row = f"({', '.join(['%s'] * len(names))})"
    head = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608 -- our names
    with connection.cursor() as cursor:
        for some in batched(rows, ROWS_AT_ONCE, strict=False):
            block = _filled_up(some) if connection.vendor == "sqlite" else some
            cursor.execute(
                f"{head}{', '.join([row] * len(block))} {on_conflict}",
                [value for one in block for value in one],
            )


def _filled_up[Row](block: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return rows with the last one repeated until there are 4, 8, 16 … of them.

    The embedded database compiles a statement anew for every other number of rows, which
    takes twice as long as writing them. A row that is there already is passed over.
    """
    n_rows = FEWEST_ROWS
    while n_rows < len(block):
        n_rows *= 2
    return block + block[-1:] * (n_rows - len(block))
