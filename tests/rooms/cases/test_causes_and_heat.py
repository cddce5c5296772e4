"""What lies behind cases, where the same comes again, and what is said most now."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories.words import FRIDAY, case_about, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases.causes import services
from xunfang.cases.causes.forms import AskRepeats
from xunfang.cases.causes.services import ensure_causes
from xunfang.cases.hot.queries import heat_of
from xunfang.cases.models import Case, RootCause, Topic
from xunfang.cases.topics.services import ensure_topics

pytestmark = pytest.mark.django_db

NOISE, PARKING = "0501", "0401"


@pytest.fixture(autouse=True)
def _words_for_matters(db):
    ensure_topics(at=FRIDAY)
    ensure_causes(at=FRIDAY)


@pytest.fixture
def came(station):
    """Return a function that has a sorted case come in so many days ago."""

    def one(
        days_ago: int, place: str = "河滨夜市", topic: str = NOISE, **values
    ) -> Case:
        case = case_about(
            f"{place}烧烤摊又吵到半夜 {days_ago}",
            at=FRIDAY - timedelta(days=days_ago),
            station=station,
            topic=Topic.objects.get(code=topic),
            **values,
        )
        Case.objects.filter(pk=case.pk).update(place_name=place)
        return case

    return one


def say_causes(case: Case, *codes: str, by) -> Case:
    case.refresh_from_db()
    return services.say_causes(
        case=case,
        causes=RootCause.objects.filter(code__in=codes),
        revision=case.revision,
        by=by,
        at=FRIDAY,
    )


def rows_of(page) -> list[tuple[object, ...]]:
    return [
        (
            row.where.name,
            row.topic.code,
            (row.repeats.n, row.repeats.n_followed, row.repeats.n_again),
            [(cause.code, n) for cause, n in row.causes],
        )
        for row in page.context["index"].rows
    ]


@pytest.mark.row("J11")
def test_the_index_of_repeats_is_by_place_and_topic_and_opens_to_its_cases(
    desk, came, officer
):
    """80, 60 and 5 days ago: two have had their 30 days, one came again within them."""
    noise = [came(80), came(60), came(5, " 河滨 夜市")]
    came(50, topic=PARKING)
    came(50, "东街")
    say_causes(noise[0], "noise-rules", "slow", by=officer)
    say_causes(noise[1], "noise-rules", by=officer)

    page = desk.get("/cases/causes/")

    assert rows_of(page) == [
        (
            "河滨 夜市",
            NOISE,
            (3, 2, 1),
            [("noise-rules", 2), ("slow", 1)],
        )
    ]
    whole = page.context["index"].whole
    assert (whole.n, whole.n_followed, whole.n_again) == (5, 4, 1)
    assertContains(page, "<strong>25.0 %</strong>")
    key = page.context["index"].rows[0].where.key
    behind = desk.get("/cases/causes/", {"place": key, "topic": NOISE})
    shown = [case.number for case, _ in behind.context["behind"]]
    assert shown == [case.number for case in reversed(noise)]
    # By cause, and over a year.
    one_cause = desk.get("/cases/causes/", {"cause": "slow", "days": "365"})
    assert one_cause.context["index"].whole.n == 1


@pytest.mark.row("J11")
@pytest.mark.rule("CL-10")
def test_nobody_can_ask_for_repeats_by_who_spoke(desk, came, supervisor):
    came(80, contact="120 0000 0001")
    came(60, "东街", contact="120 0000 0001")

    page = desk.get("/cases/causes/", {"contact": "120 0000 0001", "q": "120"})

    # Twice the same telephone, two places: nothing has come again.
    assert rows_of(page) == []
    assertNotContains(page, "0000 0001")
    assert set(AskRepeats(user=supervisor).fields) == {
        "days",
        "within",
        "station",
        "cause",
    }


def test_causes_are_said_on_the_page_of_a_case_and_what_was_said_before_stays(
    desk, came, account
):
    case = came(1)
    url = f"/cases/{case.number}/causes/"
    case.refresh_from_db()
    first, second = RootCause.objects.filter(code__in=["lighting", "slow"])
    said = {"causes-revision": case.revision, "causes-causes": [first.pk]}

    assert desk.post(url, said).status_code == 303
    stale = desk.post(url, said | {"causes-causes": [second.pk]})
    assert stale.status_code == 409
    case.refresh_from_db()
    said = {"causes-revision": case.revision, "causes-causes": [second.pk]}
    assert desk.post(url, said).status_code == 303

    page = desk.get(f"/cases/{case.number}/")
    assertContains(page, "症结：处理太慢 · 原为：照明、监控缺失")
    assert list(case.causes.all()) == [second]
    kinds = Event.objects.filter(kind="case.causes_said")
    assert [event.detail["causes"] for event in kinds.order_by("pk")] == [
        ["lighting"],
        ["slow"],
    ]
    stranger = account("duty_officer", station_code="S02", username="s02")
    with pytest.raises(NotAllowed):
        say_causes(case, "slow", by=stranger)


def test_places_without_a_name_are_cells_and_nowhere_is_said_to_be_nowhere(desk, came):
    came(3, "")
    page = desk.get("/cases/causes/")

    assert page.context["index"].n_nowhere == 1
    assertContains(page, "1 件没有地点，不在表中。")


def test_what_is_said_most_is_counted_against_the_four_spans_before(
    desk, came, officer, station
):
    for days_ago in (0, 1, 2, 3, 9, 16):
        came(days_ago)
    for days_ago in (1, 2):
        say("路灯坏了", at=FRIDAY - timedelta(days=days_ago), station=station)

    page = desk.get("/cases/hot/")

    [hot] = page.context["heat"].topics
    assert (hot.n_now, hot.n_before, hot.growth, hot.topic.code) == (
        4,
        (0, 0, 1, 1),
        "growing",
        NOISE,
    )
    opened = desk.get("/cases/hot/", {"days": "7", "of": hot.words[0]})
    assert len(opened.context["behind"]) == 4
    [over_a_month] = desk.get("/cases/hot/?days=30").context["heat"].topics
    assert (over_a_month.n_now, over_a_month.growth) == (6, "new")
    # It costs as much however much is said.
    with CaptureQueriesContext(connection) as few:
        heat_of(officer, days=7, at=FRIDAY)
    came(0)
    with CaptureQueriesContext(connection) as more:
        heat_of(officer, days=7, at=FRIDAY)
    assert len(few) == len(more) <= 3


def test_sealed_cases_are_hot_for_those_only_who_may_open_them(
    desk, came, officer, supervisor
):
    for days_ago in (0, 1, 2):
        case = came(days_ago)
        Case.objects.filter(pk=case.pk).update(is_sealed=True)

    page = desk.get("/cases/hot/")

    assertContains(page, "没有一件事被反映三次以上。")
    assertNotContains(page, "烧烤")
    assert rows_of(desk.get("/cases/causes/")) == []
    assert len(heat_of(supervisor, days=7, at=FRIDAY).topics) == 1
