"""What the demo's residents look for a taker or an owner for: cabbages, a school bag."""

from datetime import datetime, timedelta
from decimal import Decimal

from xunfang.accounts.models import User
from xunfang.cases import services as cases
from xunfang.cases.livelihood import services as livelihood
from xunfang.cases.log import ZONE
from xunfang.cases.lost import services as lost
from xunfang.cases.models import (
    Case,
    LivelihoodRequest,
    LostItem,
    OfferConfirmation,
    Topic,
)
from xunfang.cli.demo.load_words import SOURCE
from xunfang.core.casework.steps import State
from xunfang.feedback.models import Word

CABBAGES, SCHOOL_BAG, IDENTITY = "M047", "M042", "M039"
"""The messages that tell of them."""
NEW_PAPERS = "0801"
"""What the third one asks: how to get a new one."""


def load_matches(*, by: User, at: datetime) -> None:
    """Open what these messages ask for; once."""
    if LivelihoodRequest.objects.exists() or LostItem.objects.exists():
        return
    _cabbages(*_case(CABBAGES, Topic.LIVELIHOOD, by, at), by=by, at=at)
    today = at.astimezone(ZONE).date()
    bag, _ = _case(SCHOOL_BAG, Topic.LOST_AND_FOUND, by, at)
    lost.enter_item(
        case=bag,
        side=LostItem.FOUND,
        kind="bag",
        description="蓝色双肩书包,里面有作业本和一串钥匙",
        place_name="白鹭湖游客中心",
        on=today,
        by=by,
        at=at,
    )
    missed, word = _case(IDENTITY, NEW_PAPERS, by, at)
    lost.enter_item(
        case=missed,
        word=word,
        side=LostItem.LOST,
        kind="identity",
        place_name="老车站广场",
        on=today - timedelta(days=1),
        owner_name="云某",
        document_number="0000",
        by=by,
        at=at,
    )


def _case(message: str, topic: str, by: User, at: datetime) -> tuple[Case, Word]:
    """Return the case of a message, sorted so that it may be worked on."""
    word = Word.objects.get(source=SOURCE, external_id=message)
    case = Case.objects.get(links__word=word, links__ended_at=None)
    if case.state != State.NEW:
        return case, word
    case = cases.sort(
        case=case,
        topic=Topic.objects.get(code=topic),
        urgency=case.urgency,
        station=case.station,
        by=by,
        at=at,
        revision=case.revision,
    )
    return case, word


def _cabbages(case: Case, word: Word, *, by: User, at: datetime) -> None:
    """20,000 jin: a canteen has agreed to a part of it, a shop waits for the grower."""
    request = livelihood.open_request(
        case=case,
        word=word,
        what="莲花白",
        quantity=Decimal(20_000),
        unit="jin",
        due_on=at.astimezone(ZONE).date() + timedelta(days=3),
        by=by,
        at=at,
    )
    for firm, jin, sides in (
        ("云汀一中食堂(示例)", 6_000, ["buyer", "resident"]),
        ("汀江生鲜超市(示例)", 8_000, ["buyer"]),
    ):
        offer = livelihood.add_offer(
            request=request,
            firm=firm,
            quantity=Decimal(jin),
            unit="jin",
            terms="上门收,现款",
            by=by,
            at=at,
        )
        for side in sides:
            is_buyer = side == OfferConfirmation.BUYER
            livelihood.confirm(
                offer=offer,
                side=side,
                channel="phone",
                said_by="采购负责人" if is_buyer else "种植户",
                said_at=at,
                by=by,
                at=at,
            )
