"""The measures card of a patrol area: set it, find it right, and keep it to one page."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from unicodedata import east_asian_width

from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.places.models import PatrolArea
from xunfang.places.models.measures import MeasuresCard, TroubleSpot
from xunfang.places.safety import policies
from xunfang.places.safety.editions import check_edition

MOST_SPOTS = 3
MOST_LINES = 24
WIDTH = 84
"""Half-width characters in a line of the printed card; a Chinese character takes two."""


class CardEmpty(DomainError):
    """A card without a single measure."""

    code = "places.card_empty"


class CardTooLong(DomainError):
    """The card would not fit on one page with what stands beside it."""

    code = "places.card_too_long"

    def __init__(self, n_lines: int) -> None:
        self.n_lines = n_lines
        super().__init__(f"{n_lines} printed lines; at most {MOST_LINES} fit on a page")


class CardBeginsEarlier(DomainError):
    """A card holds from today or later, and not from before the last one set."""

    code = "places.card_begins_earlier"


def printed_lines(texts: Iterable[str]) -> int:
    """Count the lines that texts take on the printed card, wrapped as paper wraps them.

    >>> printed_lines(["夜市收摊时段驻守"]), printed_lines(["夜" * 43]), printed_lines(["a\\n\\nb"])
    (1, 2, 3)
    """
    return sum(
        max(1, -(-_width(line) // WIDTH))
        for text in texts
        for line in text.strip().split("\n")
    )


def _width(line: str) -> int:
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in line.rstrip())


def card_lines(text: str, spots: Sequence[TroubleSpot]) -> int:
    """Count the printed lines of a card: its text, and each spot with what was tried."""
    return printed_lines([text, *(f"{spot.where}:{spot.tried}" for spot in spots)])


@transaction.atomic
def set_card(
    *,
    area: PatrolArea,
    text: str,
    spots: Sequence[TroubleSpot],
    valid_from: date,
    shown_edition: int,
    by: User,
    at: datetime,
) -> MeasuresCard:
    """Give an area a new card from a day on. The former stays in its history.

    ``shown_edition`` is the last one its author knew of; 0 for none.

    Raises
    ------
    NotAllowed
        This person does not keep the cards of the area's station.
    StaleEdition
        Somebody else set one in the meantime.
    CardEmpty, CardTooLong, CardBeginsEarlier
        Nothing is kept.
    """
    policies.check_can_edit(by, area.station_code)
    locked = PatrolArea.objects.select_for_update().get(pk=area.pk)
    former = MeasuresCard.objects.filter(area=locked).order_by("-edition").first()
    check_edition(shown=shown_edition, current=former.edition if former else 0)
    # A browser sends lines ended by two characters; they are one.
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise CardEmpty(area.code)
    n_lines = card_lines(said, spots)
    if n_lines > MOST_LINES:
        raise CardTooLong(n_lines)
    earliest = timezone.localdate(at)
    if former is not None:
        earliest = max(earliest, former.valid_from)
    if valid_from < earliest:
        raise CardBeginsEarlier(f"{valid_from}; choose {earliest} or later")
    if len(spots) > MOST_SPOTS:
        raise ValueError(f"{len(spots)} trouble spots; a card has at most {MOST_SPOTS}")
    card = MeasuresCard.objects.create(
        area=locked,
        edition=shown_edition + 1,
        text=said,
        spots=[{"where": spot.where, "tried": spot.tried} for spot in spots],
        valid_from=valid_from,
        set_at=at,
        set_by=by,
        reviewed_at=at,
        reviewed_by=by,
    )
    audit.record(
        kind="measures.set",
        subject=area.code,
        by=by,
        at=at,
        edition=card.edition,
        valid_from=valid_from.isoformat(),
    )
    return card


@transaction.atomic
def confirm_card(
    *, area: PatrolArea, shown_edition: int, by: User, at: datetime
) -> MeasuresCard:
    """Say at the monthly review that a card is still right as it stands.

    Raises
    ------
    NotAllowed
        This person does not keep the cards of the area's station.
    StaleEdition
        Another card has been set in the meantime, or there is none.
    """
    policies.check_can_edit(by, area.station_code)
    card = (
        MeasuresCard.objects.select_for_update()
        .filter(area=area)
        .order_by("-edition")
        .first()
    )
    check_edition(shown=shown_edition, current=card.edition if card else 0)
    if card is None:
        raise CardEmpty(area.code)
    card.reviewed_at, card.reviewed_by = at, by
    card.save(update_fields=["reviewed_at", "reviewed_by"])
    audit.record(
        kind="measures.confirmed",
        subject=area.code,
        by=by,
        at=at,
        edition=card.edition,
    )
    return card
