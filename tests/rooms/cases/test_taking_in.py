"""What somebody says is kept for good and opens the case that answers it."""

from datetime import timedelta

import pytest

from tests.factories.words import FRIDAY, say
from xunfang.audit.append_only import AppendOnly
from xunfang.audit.models import LedgerLeaf
from xunfang.cases import queries
from xunfang.cases.models import Case
from xunfang.feedback import queries as words
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Asks, Contact, Said, Word
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db


def test_four_signs_of_criticism_are_a_case_with_a_receipt() -> None:
    taken = say("做样子!", asks=Asks.CRITICISM)

    assert taken.word.said.text == "做样子!"
    assert taken.case.topic.code == "1001"
    assert (taken.case.urgency, taken.case.state) == (3, "sorted")
    assert words.find_by_code(taken.code.lower().replace("-", " ")) == taken.word
    assert LedgerLeaf.objects.get(index=taken.word.ledger_index).kind == "feedback.word"


def test_the_same_upload_again_is_the_same_word_with_the_same_receipt() -> None:
    first, again = (
        say("路灯坏了", source="form", external_id="7f3k") for _ in range(2)
    )

    assert (first.is_new, again.is_new) == (True, False)
    assert (first.word, first.code, first.case) == (again.word, again.code, again.case)
    assert (
        Word.objects.count() == Case.objects.count() == LedgerLeaf.objects.count() == 1
    )


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("The street lamp is broken", 2),
        ("Улица тёмная", 2),
        ("My father is not breathing", 1),
        ("路灯坏了", 3),
        ("测试", 4),
    ],
)
def test_what_is_not_in_chinese_is_read_within_the_shift(text, urgency) -> None:
    """No model reads it: it is no alarm, nor can it wait for fifteen days."""
    assert say(text).case.urgency == urgency


@pytest.mark.row("J01")
def test_a_word_is_neither_changed_nor_removed() -> None:
    word = say("该抓的不抓。", asks=Asks.CRITICISM).word

    for attempt in (
        word.delete,
        word.save,
        Word.objects.all().delete,
        lambda: Word.objects.update(channel="sms"),
        lambda: Said.objects.update(text="表扬"),
        word.said.save,
    ):
        with pytest.raises(AppendOnly):
            attempt()
    assert Said.objects.get().text == "该抓的不抓。"


def test_an_altered_word_no_longer_fits_its_commitment() -> None:
    word = say("只会做样子!", asks=Asks.CRITICISM).word
    [(index, before)] = words.commitments_now()
    said = Said.objects.filter(pk=word.pk)
    super(type(said), said).update(text="做得很好!")  # as with rights on the database
    [(_, after)] = words.commitments_now()

    leaf = LedgerLeaf.objects.get(index=index)
    assert bytes(leaf.commitment) == before
    assert bytes(leaf.commitment) != after


def test_how_somebody_is_reached_is_encrypted_and_goes_on_its_day() -> None:
    word = say("停车", contact="120 0000 0001").word
    assert b"1200000" not in bytes(Contact.objects.get().sealed)

    feedback.erase_contact_after(words=[word], day=FRIDAY.date())
    gone = (
        feedback.erase_due_contacts(on=FRIDAY.date() - timedelta(days=1), at=FRIDAY),
        feedback.erase_due_contacts(on=FRIDAY.date(), at=FRIDAY),
    )
    assert gone == (0, 1)
    assert not Contact.objects.exists()


def test_a_time_that_has_not_come_yet_is_left_out() -> None:
    word = say("明天", said_at=FRIDAY + timedelta(days=1)).word
    assert word.said_at is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("  \n\x00", feedback.WordEmpty),
        ("长" * 4001, feedback.WordTooLong),
    ],
)
def test_nothing_and_too_much_are_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        say(text)
    assert not Word.objects.exists()


def test_floods_from_one_address_are_slowed_and_others_are_not() -> None:
    for _ in range(20):
        feedback.check_knock("192.0.2.7", "say", at=FRIDAY)
    with pytest.raises(feedback.TooMany):
        feedback.check_knock("192.0.2.7", "say", at=FRIDAY)
    feedback.check_knock("192.0.2.8", "say", at=FRIDAY)
    feedback.check_knock("192.0.2.7", "say", at=FRIDAY + timedelta(minutes=11))


@pytest.mark.row("J10")
def test_a_complaint_about_an_officer_is_sealed_from_everybody_at_the_station(
    account,
) -> None:
    station = Station.objects.create(code="S05", name="新港派出所", lon=0, lat=0)
    case = say(
        '窗口那个年轻的吼我爸,说"听不懂回去叫你儿子来"',
        asks=Asks.COMPLAINT,
        station=station,
    ).case

    for role in ("duty_officer", "leader", "community_officer", "patrol_officer"):
        for code in ("S05", ""):
            user = account(role, station_code=code, username=f"{role}{code}")
            assert not queries.visible_to(user).filter(pk=case.pk).exists()
    local = account("supervisor", station_code="S05", username="local")
    assert not queries.visible_to(local).exists()
    assert queries.visible_to(account("supervisor", station_code="")).get() == case


def test_a_station_named_in_the_words_has_the_case() -> None:
    Station.objects.create(code="S03", name="河湾派出所", lon=0, lat=0)
    Station.objects.create(code="S01", name="汀东派出所", lon=0, lat=0)
    assert say("河湾烧烤广场有人打架").case.station.code == "S03"
    assert say("从河湾到汀东都堵").case.station is None
