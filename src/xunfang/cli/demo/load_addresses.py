"""How many addresses the demo's cells hold: plausible, always the same, some under eight."""

from datetime import datetime
from zlib import crc32

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases.log import ZONE
from xunfang.places.models import AddressCount, GridCell

SOURCE = "demo"
ONE_SMALL_IN = 7


@transaction.atomic
def load_addresses(*, by: User, at: datetime) -> int:
    """Count the addresses of every cell where none was counted; return how many cells."""
    if AddressCount.objects.exists():
        return 0
    counts = AddressCount.objects.bulk_create(
        AddressCount(
            cell_id=key,
            n_addresses=addresses_of(code),
            source=SOURCE,
            counted_on=at.astimezone(ZONE).date(),
            at=at,
            by=by,
        )
        for key, code in GridCell.objects.values_list("pk", "code")
    )
    audit.record(
        kind="addresses.counted",
        subject=f"{len(counts)} cells",
        by=by,
        at=at,
        source=SOURCE,
    )
    return len(counts)


def addresses_of(code: str) -> int:
    """Return how many addresses a cell has: fields here and there, dense streets else.

    >>> addresses_of("S01-A1-01") == addresses_of("S01-A1-01")
    True
    """
    drawn = crc32(code.encode())
    rest = drawn // ONE_SMALL_IN
    return rest % 8 if drawn % ONE_SMALL_IN == 0 else 20 + rest % 380
