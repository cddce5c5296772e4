"""The only table a forecast may read: what residents reported, where and when.

What patrols find shows where patrols went; a forecast that reads it sends them there
again (Lum and Isaac, Significance 2016; Ensign et al., PMLR 81, 2018). What is told
twice counts twice: three callers of one evening would make a hotspot. So this loader
refuses such rows by their type. It does not drop them: a caller who passes them has
taken the wrong rows, and should hear of it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xunfang.core.errors import DomainError


class Source(StrEnum):
    """Who brought an event up. A call's ``reporter`` can be passed as it is."""

    RESIDENT = "resident"
    """Told us of their own accord: by telephone, at a desk, online, through 12345."""
    TOLD_TO_PATROL = "told_to_patrol"
    """A resident spoke to a patrol in the street. Reported, but heard only where a
    patrol was: it counts in `sharing.learn`, by the patrol's share, and nowhere else."""
    PATROL = "patrol"
    """Found on patrol."""
    OFFICER = "officer"
    """Begun by an officer: a check, a stop, a campaign."""
    ALARM = "alarm"
    OFFICE = "office"


RESIDENT_REPORTED: Final = frozenset({Source.RESIDENT})
"""What reaches us wherever the patrols are."""


class Link(StrEnum):
    """What a row is to an earlier one. A link's ``kind`` can be passed as it is."""

    FIRST = "first"
    """No earlier one: an event of its own."""
    MERGED = "merged"
    REPEAT = "repeat"
    CHASE_UP = "chase_up"
    FEEDBACK = "feedback"
    NUISANCE = "nuisance"


COLUMNS: Final = frozenset({"place", "at", "class_code", "source", "link"})
"""What the loader takes. The set is closed: there is no column for a person."""


class RowRefused(DomainError):
    """A row may not enter a forecast. ``row`` is its number, counted from 0."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(f"row {row}: {why}")
        self.row = row


class NotResidentReported(RowRefused):
    """A forecast was to read something that no resident reported of their own accord."""

    code = "demand.not_resident_reported"


class NotAnEventOfItsOwn(RowRefused):
    """A repeat, a chase-up, feedback or a nuisance call was to be counted."""

    code = "demand.not_an_event_of_its_own"


class PlaceSealed(RowRefused):
    """An event at a protected address was to be counted."""

    code = "demand.place_sealed"


class PlaceUnknown(RowRefused):
    """An event is at a place that the forecast does not cover."""

    code = "demand.place_unknown"


class TimeUnclear(RowRefused):
    """An event has no time, or one that does not say in which zone."""

    code = "demand.time_unclear"


class ColumnsRefused(DomainError):
    """The table has a column that a forecast may not read, or lacks one it needs."""

    code = "demand.columns_refused"


@dataclass(frozen=True, slots=True)
class ResidentEvents:
    """Events that residents reported, one a row; arrays of one length.

    Events keep the order in which they came: the i-th is the loader's row i. That is
    how a caller finds the call again; the table itself has no number of a call.
    """

    place: NDArray[np.int64]
    """Which of the forecast's places, shape ``(n,)``, from 0."""
    at: NDArray[np.datetime64]
    """When it was reported, the city's own time, to the second."""
    class_code: NDArray[np.str_]
    source: NDArray[np.str_]
    """Values of `Source`, of `RESIDENT_REPORTED` only."""

    def __post_init__(self) -> None:
        shapes = {getattr(self, field.name).shape for field in fields(self)}
        if shapes != {(len(self.place),)}:
            message = f"columns differ in shape: {sorted(shapes)}"
            raise ValueError(message)
        # Here too: whoever builds the table past the loader passes the same door.
        _refuse_first(
            ~np.isin(self.source, [source.value for source in RESIDENT_REPORTED]),
            NotResidentReported,
            lambda row: f"source {self.source[row]}",
        )
        for field in fields(self):
            getattr(self, field.name).setflags(write=False)

    def __len__(self) -> int:
        return len(self.place)


def read_events(
    columns: Mapping[str, Sequence[Any] | NDArray[Any]],
    *,
    places: Sequence[str],
    zone: tzinfo,
    sealed: Collection[str] = (),
) -> ResidentEvents:
    """Return the table a forecast may read, or refuse with the first row that may not.

    Parameters
    ----------
    columns
        Exactly the names of `COLUMNS`, each as long as the others. ``place`` holds codes
        of ``places``; ``at`` aware datetimes; ``source`` and ``link`` values of `Source`
        and `Link`.
    places
        Codes of the places or cells that are forecast; their order numbers them.
    zone
        The city's own time, by whose days and hours events are counted.
    sealed
        Codes of protected places: refuges, addresses under a protection order.

    Raises
    ------
    DomainError
        `ColumnsRefused`, or the `RowRefused` that names the row.
    ValueError
        Columns differ in length, or a code of ``places`` occurs twice.
    """
    given = set(columns)
    if given != COLUMNS:
        raise ColumnsRefused(
            f"not to be read: {sorted(given - COLUMNS)}; "
            f"missing: {sorted(COLUMNS - given)}"
        )
    if len({len(column) for column in columns.values()}) > 1:
        raise ValueError("columns differ in length")
    if len(set(places)) != len(places):
        raise ValueError("a place is listed twice")
    codes = np.asarray(columns["place"], dtype=np.str_)
    link = np.asarray(columns["link"], dtype=np.str_)
    source = np.asarray(columns["source"], dtype=np.str_)
    _refuse_first(
        ~np.isin(source, [member.value for member in RESIDENT_REPORTED]),
        NotResidentReported,
        lambda row: f"source {source[row]}",
    )
    _refuse_first(
        link != Link.FIRST.value, NotAnEventOfItsOwn, lambda row: f"link {link[row]}"
    )
    # The message names the row only: a sealed code in a log would unseal it.
    _refuse_first(
        np.isin(codes, list(sealed)), PlaceSealed, lambda _: "at a sealed place"
    )
    number_of = {code: number for number, code in enumerate(places)}
    place = np.array([number_of.get(str(code), -1) for code in codes], dtype=np.int64)
    _refuse_first(place < 0, PlaceUnknown, lambda row: f"place {codes[row]}")
    return ResidentEvents(
        place=place,
        at=_local_times(columns["at"], zone),
        class_code=np.array(columns["class_code"], dtype=np.str_),
        source=source.copy(),
    )


def _local_times(
    column: Sequence[Any] | NDArray[Any], zone: tzinfo
) -> NDArray[np.datetime64]:
    """Return wall-clock times; without a zone, an evening could be somebody's noon."""
    local = []
    for row, value in enumerate(column):
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise TimeUnclear(row, f"time {value}")
        local.append(value.astimezone(zone).replace(tzinfo=None))
    return np.array(local, dtype="datetime64[s]")


def _refuse_first(
    bad: NDArray[np.bool_], refusal: type[RowRefused], why: Callable[[int], str]
) -> None:
    """Raise ``refusal`` for the first row that is bad; ``why`` words it."""
    if bad.any():
        row = int(np.argmax(bad))
        raise refusal(row, why(row))
