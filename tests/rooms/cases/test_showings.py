"""In which lists words were shown, to whom and on which day (CL-07)."""

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.words import FRIDAY, case_about, say
from xunfang.audit.append_only import AppendOnly
from xunfang.audit.models import Event
from xunfang.cases.links import services as links
from xunfang.cases.models import Case, Topic
from xunfang.cases.topics.services import ensure_topics
from xunfang.cases.watch.tasks import see_to_cases
from xunfang.feedback import showings
from xunfang.feedback.models import Asks, Said, Showing, Where, Word

pytestmark = pytest.mark.rule("CL-07")

TODAY = date(2026, 11, 20)


def noted() -> list[tuple[str, str, str]]:
    """Return word, place and reader of every showing."""
    rows = Showing.objects.order_by("pk")
    return list(rows.values_list("word__number", "where", "by__username"))


@pytest.fixture
def lamp(station):
    return say("东街路灯坏了,晚上很黑", station=station)


def test_who_opens_the_list_is_noted_once_a_day(
    desk, lamp, officer, account, monkeypatch
):
    other = account("duty_officer", username="other", station_code="S01")

    for _ in range(3):
        desk.get("/cases/")

    [row] = Showing.objects.all()
    assert (row.word, row.on, row.by) == (lamp.word, TODAY, officer)
    assert (row.role, row.unit, row.where) == ("duty_officer", "S01", Where.INBOX)

    desk.force_login(other)
    desk.get("/cases/")
    next_day = FRIDAY + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: next_day)
    desk.force_login(other)
    desk.get("/cases/")

    days = Showing.objects.order_by("pk").values_list("on", "by")
    assert list(days) == [
        (TODAY, officer.pk),
        (TODAY, other.pk),
        (TODAY + timedelta(days=1), other.pk),
    ]


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("/cases/", Where.INBOX),
        ("/cases/?q=路灯", Where.SEARCH),
        ("/cases/sort/", Where.SORTING),
        ("/cases/{case}/lost/", Where.LOST),
        ("/cases/{case}/livelihood/", Where.LIVELIHOOD),
        ("/calls/enter/?case={case}", Where.CALL),
    ],
)
def test_a_page_that_shows_a_word_notes_where(desk, lamp, officer, address, where):
    assert desk.get(address.format(case=lamp.case.number)).status_code == 200

    assert noted() == [(lamp.word.number, where, officer.username)]


def test_what_sounds_like_a_case_is_noted_and_the_case_itself_is_an_opening(
    desk, lamp, officer, station
):
    other = case_about("东街的路灯坏了,晚上太黑了", station=station)

    desk.get(f"/cases/{other.number}/")

    assert noted() == [(lamp.word.number, Where.SIMILAR, officer.username)]
    [opened] = Event.objects.filter(kind="case.viewed")
    assert (opened.subject, opened.by) == (other.number, officer)


def test_a_form_that_comes_back_with_the_words_is_an_opening_too(desk, lamp):
    answer = desk.post(f"/cases/{lamp.case.number}/answer/", {})

    assert answer.status_code == 422
    assert Event.objects.filter(kind="case.viewed").count() == 1


def test_the_hottest_words_are_noted_and_those_behind_one_too(desk, station):
    said = [
        say(
            f"东街路灯坏了,晚上很黑,第{n}次说",
            at=FRIDAY - timedelta(hours=n),
            station=station,
        )
        for n in range(5)
    ]
    words = [one.word.number for one in said]

    desk.get("/cases/hot/")
    assert {word for word, _, _ in noted()} == set(words[:3])

    desk.get(f"/cases/hot/?of={words[0]}")
    assert {word for word, _, _ in noted()} == set(words)
    assert {where for _, where, _ in noted()} == {Where.HOT}


def test_what_stands_behind_a_row_of_causes_is_noted(desk, station):
    said = [
        say("河滨夜市又吵到半夜", at=FRIDAY - timedelta(days=n), station=station)
        for n in (60, 80)
    ]
    noise = Topic.objects.get(code="0501")
    Case.objects.update(topic=noise, place_name="河滨夜市")
    [row] = desk.get("/cases/causes/").context["index"].rows
    assert noted() == []

    desk.get("/cases/causes/", {"place": row.where.key, "topic": noise.code})

    assert [word for word, _, _ in noted()] == [one.word.number for one in said]
    assert {where for _, where, _ in noted()} == {Where.CAUSES}


def test_questions_before_paying_and_what_was_stated_are_noted(desk, station):
    asked = say("有人让我先转账再退款,是不是骗子?", station=station)
    case = asked.case
    case.topic = Topic.objects.get(code=Topic.SUSPICIOUS)
    case.save()
    Case.objects.filter(pk=case.pk).update(replied_at=FRIDAY)

    desk.get("/cases/advice/")
    assert [where for _, where, _ in noted()] == [Where.ADVICE]

    word = Word.objects.get(pk=asked.word.pk)
    word.stated_savings.create(amount_yuan=500, at=FRIDAY)
    desk.get("/cases/advice/stated/")
    assert [where for _, where, _ in noted()] == [Where.ADVICE, Where.SAVINGS]


def test_the_receipt_shows_the_word_to_whoever_wrote_it_down(desk, station, officer):
    word = say("电话里说:路灯坏了", station=station, by=officer).word

    desk.get(f"/cases/new/{word.number}/")

    assert noted() == [(word.number, Where.RECEIPT, officer.username)]


def test_only_the_word_that_is_read_is_noted(desk, lamp, station, officer):
    second = say("路灯又坏了", station=station)
    links.join(case=second.case, into=lamp.case, by=officer, at=FRIDAY)

    desk.get("/cases/")
    assert [word for word, _, _ in noted()] == [lamp.word.number]

    desk.get("/cases/sort/")
    assert [word for word, where, _ in noted() if where == Where.SORTING] == [
        lamp.word.number,
        second.word.number,
    ]


def test_what_is_not_shown_is_not_noted(desk, station, account):
    say("投诉S01所张警官收钱", asks=Asks.COMPLAINT, station=station)
    erased = say("路灯坏了", station=station)
    Said.objects.filter(word=erased.word).delete()

    desk.get("/cases/")
    desk.get("/cases/sort/")
    desk.get("/desk/")

    assert noted() == []


def test_of_life_and_death_is_noted_at_the_desk(desk, station, officer):
    urgent = say("有人拿刀砍人,快来救命!", station=station)
    assert urgent.case.urgency == 1

    desk.get("/desk/")
    desk.get("/desk/wall/")
    desk.get("/desk/now/")

    assert noted() == [(urgent.word.number, Where.DESK, officer.username)]


def test_a_first_look_at_three_costs_as_many_queries_as_at_one(desk, station):
    def first_look(n_new: int) -> int:
        for _ in range(n_new):
            case_about("路灯坏了", station=station)
        with CaptureQueriesContext(connection) as asked:
            desk.get("/cases/")
        return len(asked)

    first_look(1)

    assert first_look(3) == first_look(1)


def test_a_page_comes_where_the_record_cannot_be_written_and_it_is_made_up_for(
    desk, lamp, officer, monkeypatch, caplog
):
    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(Showing.objects, "bulk_create", busy)
        page = desk.get("/cases/")
    assert "路灯坏了" in page.content.decode()
    assert noted() == []
    assert "1 showings are owed" in caplog.text
    assert lamp.word.number not in caplog.text

    desk.get("/cases/?q=路灯")

    assert noted() == [
        (lamp.word.number, Where.INBOX, officer.username),
        (lamp.word.number, Where.SEARCH, officer.username),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_page_waits_a_moment_only_for_who_writes(client, account):
    if connection.vendor != "sqlite":
        pytest.skip("others than SQLite let many write at a time")
    ensure_topics(at=FRIDAY)
    say("路灯坏了")
    client.force_login(account("duty_officer", station_code=""))
    client.get("/cases/?shown=all")
    Showing.objects.all().delete()
    writes, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            writes.set()
            done.wait(10)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    writes.wait(10)
    began_s = time.monotonic()
    try:
        page = client.get("/cases/")
        took_s = time.monotonic() - began_s
    finally:
        done.set()
        writer.join()

    assert page.status_code == 200
    assert took_s < 5
    assert noted() == []
    client.get("/cases/")
    assert [where for _, where, _ in noted()] == [Where.INBOX]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (20_000,)


@pytest.mark.rule("CL-06")
def test_after_three_years_they_are_erased_with_a_certificate(desk, lamp):
    desk.get("/cases/")
    last_kept = FRIDAY + showings.KEPT_FOR

    see_to_cases(at=last_kept)
    assert len(noted()) == 1
    assert not Event.objects.filter(kind="showings.erased").exists()

    see_to_cases(at=last_kept + timedelta(days=1))
    see_to_cases(at=last_kept + timedelta(days=1))

    assert noted() == []
    [event] = Event.objects.filter(kind="showings.erased")
    assert (event.subject, event.by, event.detail) == ("2026-11-21", None, {"n": 1})


def test_nobody_changes_what_was_noted(desk, lamp):
    desk.get("/cases/")

    with pytest.raises(AppendOnly):
        Showing.objects.update(role="supervisor")
