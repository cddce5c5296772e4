"""Texts of emergencies go after 24 months, with a certificate; criticism stays (CL-06)."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.factories.words import FRIDAY, say
from xunfang.audit.ledger import verifying
from xunfang.audit.ledger.findings import Fault
from xunfang.audit.models import Event
from xunfang.cases import services
from xunfang.cases.models import Topic
from xunfang.cases.watch import erasing, tasks
from xunfang.feedback import photos
from xunfang.feedback.models import Asks, Contact, Said, TextErasure, Word

pytestmark = pytest.mark.django_db

TWO_YEARS = datetime(2028, 11, 20, 3, 11, tzinfo=UTC)
FIRE = "着火了,有人困在里面"


@pytest.fixture
def closed(station, officer, settings, tmp_path):
    """Say something, and have it answered or not."""
    settings.MEDIA_ROOT = tmp_path

    def say_and_answer(text, *, is_answered=True, **values):
        taken = say(text, station=station, contact="120 0000 0001", **values)
        if taken.case.topic is None:
            services.sort(
                case=taken.case,
                topic=Topic.objects.get(code=taken.case.suggested[0][0]),
                urgency=taken.case.urgency,
                station=station,
                by=officer,
                at=FRIDAY,
                revision=0,
            )
        if is_answered:
            taken.case.refresh_from_db()
            services.answer(
                case=taken.case,
                text="11点20分到场,人已救出。",
                by=officer,
                at=FRIDAY,
                revision=taken.case.revision,
                is_confirmed=True,
            )
        return taken.word

    return say_and_answer


@pytest.mark.rule("CL-06")
def test_after_two_years_an_emergency_is_erased_and_a_certificate_says_so(
    closed, settings, django_capture_on_commit_callbacks
):
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    fire = closed(FIRE, photos=[photos.clean(picture.getvalue())])
    path = Path(fire.photos.get().path)
    kept = [
        closed(FIRE, is_answered=False),
        closed(f"{FIRE},你们做样子", asks=Asks.CRITICISM),
        closed("路灯坏了"),
    ]

    early = erasing.erase_old_emergencies(at=TWO_YEARS - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        on_time = [erasing.erase_old_emergencies(at=TWO_YEARS) for _ in range(2)]

    assert (early, on_time) == (0, [1, 0])
    assert set(Said.objects.values_list("word", flat=True)) == {
        word.pk for word in kept
    }
    certificate = TextErasure.objects.get()
    assert (certificate.words, certificate.n_words, certificate.erased_at) == (
        [fire.number],
        1,
        TWO_YEARS,
    )
    assert not Contact.objects.filter(word=fire).exists()
    assert not fire.photos.exists()
    assert Word.objects.count() == 4
    assert Event.objects.get(kind="texts.erased").detail["n"] == 1
    assert (settings.MEDIA_ROOT / path).exists() is False


def test_the_log_tells_what_was_erased_by_law_from_what_somebody_took_away(closed):
    closed(FIRE)
    other = closed("路灯坏了")
    erasing.erase_old_emergencies(at=TWO_YEARS)
    report = verifying.verify(verifiers=[])
    assert (report.findings, report.erased) == ([], {"feedback.word": 1})

    Said.objects.filter(word=other).delete()  # as with rights on the database

    [found] = verifying.verify(verifiers=[]).findings
    assert (found.fault, found.first, found.kind) == (
        Fault.ROW_MISSING,
        other.ledger_index,
        "feedback.word",
    )


def test_pages_bear_that_a_text_is_gone(closed, desk, client, account):
    fire = closed(FIRE)
    case = fire.links.get().case
    erasing.erase_old_emergencies(at=TWO_YEARS)

    page = desk.get(f"/cases/{case.number}/", headers={"accept-language": "en"})
    assert "Erased by law after its time." in page.content.decode()
    assert desk.get("/cases/?shown=all").status_code == 200
    client.force_login(account("supervisor", station_code="", username="city"))
    assert (
        TextErasure.objects.get().digest
        in client.get("/cases/erased/").content.decode()
    )


def test_erasing_is_queued_once_an_hour(closed):
    for _ in range(2):
        tasks.see_that_texts_are_erased(at=FRIDAY)
    queued = tasks.DBTaskResult.objects.filter(task_path=tasks.erase_texts.module_path)
    assert queued.count() == 1
