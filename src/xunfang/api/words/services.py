"""Hand what a gateway brings to the one door for every channel."""

from datetime import datetime

from xunfang.api.models import Sender
from xunfang.api.senders.services import note_heard
from xunfang.api.words.reading import Told
from xunfang.audit.ledger.turns import in_turn
from xunfang.cases import services as cases
from xunfang.cases.services import TakenIn


@in_turn
def take_word(*, sender: Sender, told: Told, at: datetime) -> TakenIn:
    """Take a message in; the same number of the same sender again changes nothing.

    Raises
    ------
    WordEmpty, WordTooLong
    """
    note_heard(sender, at=at)
    return cases.take_in(
        channel=told.channel,
        text=told.text,
        at=at,
        said_at=told.said_at,
        place_words=told.place_words,
        lonlat=told.lonlat,
        contact=told.contact,
        details=told.details,
        source=sender.name,
        external_id=f"id:{told.id}",
    )
