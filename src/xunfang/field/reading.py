"""Read what a phone uploads. Nothing in it is trusted."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from xunfang.core.dispatching.sheets import by_server_clock
from xunfang.core.errors import DomainError
from xunfang.field.entries import Entry
from xunfang.field.forms import FORMS, EntryForm
from xunfang.units.positions.telephones import PhoneFix

MOST_ENTRIES = 200
MOST_FIXES = 2000


class UploadUnreadable(DomainError):
    """What came is no upload of a phone of ours."""

    code = "field.upload_unreadable"


class EntryUnreadable(DomainError):
    """An entry lacks something, or says something that is not possible."""

    code = "field.entry_unreadable"


class QueueOfAnother(DomainError):
    """The entries were made by somebody else than who is signed in."""

    code = "field.queue_of_another"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that could not be read, with the key it came with."""

    key: str
    form: EntryForm | None = None


def upload(body: bytes, *, what: str, most: int) -> tuple[dict[str, Any], datetime]:
    """Return what was uploaded, a list of things among it, and when it was sent.

    Raises
    ------
    UploadUnreadable
        It has another form, or more things than a phone sends at once.
    """
    try:
        said = json.loads(body)
        sent_at = moment(said["sent_at"])
        things = said[what]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UploadUnreadable(str(error)) from error
    if not isinstance(things, list) or len(things) > most:
        raise UploadUnreadable(f"no list of at most {most} things")
    return said, sent_at


def moment(text: Any) -> datetime:
    """Read a time with its zone.

    Raises
    ------
    ValueError
        It is none, or nobody knows in which zone.
    """
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError(text)
    return read


def entries(
    rows: list[Any], *, sent_at: datetime, received_at: datetime
) -> Iterator[Entry | Unreadable]:
    """Read the entries of an upload, each for itself."""
    for row in rows:
        key = str(row.get("key", "")) if isinstance(row, Mapping) else ""
        try:
            device_at = moment(row["noted_at"])
            yield entry(
                kind=row["kind"],
                key=UUID(key),
                said=as_form(row["fields"]),
                seconds=int(row.get("seconds", 0)),
                device_at=device_at,
                sent_at=sent_at,
                received_at=received_at,
            )
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            yield Unreadable(key)
        except EntryUnreadable:
            yield Unreadable(key)


def entry(
    *,
    kind: str,
    key: UUID,
    said: QueryDict,
    received_at: datetime,
    seconds: int = 0,
    device_at: datetime | None = None,
    sent_at: datetime | None = None,
) -> Entry:
    """Read one entry; without ``device_at`` it happened when it came.

    Raises
    ------
    EntryUnreadable
        The form of its kind does not take it.
    """
    form_class = FORMS.get(kind)
    if form_class is None:
        raise EntryUnreadable(kind)
    form = form_class(said)
    if not form.is_valid():
        raise EntryUnreadable(form.errors.as_json())
    return Entry(
        key=key,
        kind=kind,
        what=form.what(),
        device=None
        if device_at is None or sent_at is None
        else by_server_clock(
            device_at=device_at, sent_at=sent_at, received_at=received_at
        ),
        device_at=device_at,
        seconds=max(0, seconds),
    )


def as_form(fields: Mapping[str, Any]) -> QueryDict:
    """Return fields of an upload as a browser would have sent them."""
    said = QueryDict(mutable=True)
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        said.setlist(name, [str(one) for one in values if one is not None])
    return said


def fixes(
    rows: list[Any], *, sent_at: datetime, received_at: datetime
) -> Iterator[PhoneFix]:
    """Read where a phone was; what is no place on earth is left out."""
    for row in rows:
        try:
            lon, lat = float(row["lon"]), float(row["lat"])
            device_at = moment(row["at"])
            fixed_at = by_server_clock(
                device_at=device_at, sent_at=sent_at, received_at=received_at
            ).happened_at
        except (ValueError, KeyError, TypeError, OverflowError):
            continue
        if -180 <= lon <= 180 and -90 <= lat <= 90:
            yield PhoneFix(
                fixed_at,
                lon,
                lat,
                _measure(row, "accuracy"),
                _measure(row, "speed"),
                _measure(row, "heading"),
                device_at,
            )


def _measure(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) and value >= 0 else None
