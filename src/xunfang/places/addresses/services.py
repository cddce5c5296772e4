"""Bring in how many addresses cells hold: every good line, and why the others are none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.places import policies
from xunfang.places.addresses.queries import counts_now
from xunfang.places.models import AddressCount, GridCell
from xunfang.web.tables import Column, Row, read_table

COLUMNS = (
    Column("cell", ("警格", "cell", "警格编号", "code"), is_needed=True),
    Column("n", ("地址数", "addresses", "门牌数", "n"), is_needed=True),
)
MOST_ADDRESSES = 100_000
"""No cell holds more: whoever writes that has put a line in the wrong column."""
BATCH = 500


class AddressesUnsourced(DomainError):
    """Numbers of addresses need a source, and a day that has been."""

    code = "places.addresses_unsourced"


class Wrong(StrEnum):
    """Why a line is no count."""

    NO_CELL = "no_cell"
    NO_NUMBER = "no_number"
    TWICE = "twice"
    """Which of them is right, nobody knows: none is taken."""


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line that was not taken."""

    row: Row
    why: Wrong


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a file."""

    n_new: int
    """Cells with a count they did not have."""
    n_same: int
    wrong: Sequence[WrongLine]


@transaction.atomic
def count_addresses(
    *, content: bytes, source: str, counted_on: date, by: User, at: datetime
) -> Counted:
    """Take the counts of a CSV or XLSX file; the same file once more changes nothing.

    Raises
    ------
    NotAllowed
    AddressesUnsourced
    UnreadableTable, TableTooLarge, ColumnsMissing
        The file as a whole cannot be used.
    """
    policies.check_can_count_addresses(by)
    source = source.strip()
    if not source or counted_on > timezone.localdate(at):
        raise AddressesUnsourced(f"{source!r} {counted_on}")
    rows = read_table(content, COLUMNS).rows
    cells = dict(GridCell.objects.values_list("code", "pk"))
    n_times = Counter(row.cells["cell"] for row in rows)
    before = counts_now()
    new, wrong, n_same = [], [], 0
    for row in rows:
        code, n = row.cells["cell"], _number(row.cells["n"])
        if code not in cells:
            wrong.append(WrongLine(row, Wrong.NO_CELL))
        elif n_times[code] > 1:
            wrong.append(WrongLine(row, Wrong.TWICE))
        elif n is None:
            wrong.append(WrongLine(row, Wrong.NO_NUMBER))
        elif (known := before.get(cells[code])) and (
            (known.n_addresses, known.source, known.counted_on)
            == (n, source, counted_on)
        ):
            n_same += 1
        else:
            new.append(
                AddressCount(
                    cell_id=cells[code],
                    n_addresses=n,
                    source=source,
                    counted_on=counted_on,
                    at=at,
                    by=by,
                )
            )
    AddressCount.objects.bulk_create(new, batch_size=BATCH)
    if new:
        audit.record(
            kind="addresses.counted",
            subject=f"{len(new)} cells",
            by=by,
            at=at,
            source=source,
            counted_on=counted_on.isoformat(),
            n_addresses=sum(count.n_addresses for count in new),
        )
    return Counted(len(new), n_same, wrong)


def _number(text: str) -> int | None:
    """Read a whole number of addresses.

    >>> _number("12"), _number("0"), _number("-1"), _number("1.5"), _number("")
    (12, 0, None, None, None)
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > len(
        str(MOST_ADDRESSES)
    ):
        return None
    n = int(text)
    return n if n <= MOST_ADDRESSES else None
