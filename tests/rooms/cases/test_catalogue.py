"""The catalogue of services: looked after, and cited by answers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.words import FRIDAY, case_about, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases.catalogue import services
from xunfang.cases.catalogue.services import ServiceText
from xunfang.cases.models import ServiceChange, ServiceItem, Topic
from xunfang.cases.topics.services import ensure_topics

pytestmark = pytest.mark.django_db

URL = "/cases/services/"
TODAY = FRIDAY.date()
PASS = ServiceText(
    audience="firms",
    title="冷藏车夜间进城通行证",
    title_en="Night passes",
    text="送菜、送药的货车可办。",
    conditions="行驶证、运输合同，2 个工作日。",
    office="交通警察大队",
)
TYPED = {
    "audience": "firms",
    "title": PASS.title,
    "text": PASS.text,
    "conditions": "3 个工作日",
    "office": PASS.office,
}


@pytest.fixture
def item(supervisor):
    return services.add_item(number=12, text=PASS, by=supervisor, at=FRIDAY)


@pytest.fixture
def city_desk(client, supervisor):
    client.force_login(supervisor)
    return client


def test_a_service_is_added_changed_and_ended_and_what_it_said_is_kept(
    city_desk, supervisor
):
    number = {"number": 7}
    assert city_desk.post(f"{URL}new/", TYPED | number).status_code == 303
    assert city_desk.post(f"{URL}new/", TYPED | number).status_code == 409
    changed = TYPED | {"conditions": "2 个工作日", "revision": 0}
    assert city_desk.post(f"{URL}7/", changed).status_code == 303
    ended = changed | {"revision": 1, "ended_on": "2026-11-01"}
    assert city_desk.post(f"{URL}7/", ended).status_code == 303

    item = ServiceItem.objects.get()
    assert (item.number, item.conditions, item.revision) == (7, "2 个工作日", 2)
    assert list(item.changes.order_by("pk").values_list("kind", "before")) == [
        ("added", {}),
        ("changed", {"conditions": "3 个工作日"}),
        ("changed", {"ended_on": ""}),
    ]
    assert [row for row, *_ in city_desk.get(URL).context["rows"]] == []
    assert [row for row, *_ in city_desk.get(f"{URL}?shown=ended").context["rows"]]
    assert Event.objects.filter(kind__startswith="service_item.").count() == 3


def test_what_nobody_has_looked_over_for_half_a_year_is_named(city_desk, item):
    for days, n_late in ((180, 0), (181, 1)):
        day = TODAY - timedelta(days=days)
        ServiceItem.objects.update(reviewed_on=day)
        assert city_desk.get(URL).context["n_late"] == n_late
    page = city_desk.get(f"{URL}?shown=overdue").content.decode()
    assert PASS.title in page

    assert city_desk.post(f"{URL}12/reviewed/", {"revision": 0}).status_code == 303

    item.refresh_from_db()
    assert item.reviewed_on == TODAY
    assert item.changes.latest("pk").kind == ServiceChange.REVIEWED
    assert city_desk.get(URL).context["n_late"] == 0


def test_two_who_write_at_once_see_what_is_kept_and_lose_nothing(
    city_desk, item, supervisor
):
    services.change_item(
        item=item,
        revision=0,
        text=replace(PASS, text="改过的说明"),
        by=supervisor,
        at=FRIDAY,
    )

    refused = city_desk.post(f"{URL}12/", TYPED | {"text": "我写的", "revision": 0})

    assert refused.status_code == 409
    page = refused.content.decode()
    assert "改过的说明" in page
    assert "我写的" in page
    assert city_desk.post(f"{URL}12/reviewed/", {"revision": 0}).status_code == 409
    again = TYPED | {"text": "我写的", "revision": 1}
    assert city_desk.post(f"{URL}12/", again).status_code == 303


def test_a_station_keeps_its_own_services_only_and_each_has_an_owner(
    desk, officer, station, item, supervisor
):
    with pytest.raises(NotAllowed):
        services.review_item(item=item, revision=0, by=officer, at=FRIDAY)
    assert desk.post(f"{URL}12/", TYPED | {"revision": 0}).status_code == 403
    assert PASS.text in desk.get(f"{URL}12/").content.decode()
    own = TYPED | {"number": 13, "station": station.pk}
    assert desk.post(f"{URL}new/", own).status_code == 303
    with pytest.raises(services.OwnerMissing):
        services.add_item(
            number=14, text=replace(PASS, office=" "), by=supervisor, at=FRIDAY
        )


def test_search_finds_words_and_numbers_at_the_same_cost(
    city_desk, item, supervisor, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as counted:
        city_desk.get(URL)
    for number in (20, 21):
        text = replace(PASS, title=f"证明{number}", title_en="")
        services.add_item(number=number, text=text, by=supervisor, at=FRIDAY)
    with django_assert_num_queries(len(counted)):
        city_desk.get(URL)

    def found(words: str) -> list[int]:
        rows = city_desk.get(URL, {"q": words}).context["rows"]
        return [row.number for row, *_ in rows]

    assert found("夜间") == [12]
    assert found("night") == [12]
    assert found("21") == [21]
    assert found("证明 交通") == [20, 21]


@pytest.mark.row("J07")
def test_a_firms_question_is_answered_by_item_number_or_overdue_after_three_days(
    desk, officer, station, item, monkeypatch
):
    ensure_topics(at=FRIDAY)
    leaf = Topic.objects.get(code="0807")
    taken = say(
        "我想知道公安机关现在针对企业发展有没有什么服务措施?冷藏车进城要几天",
        topic=leaf,
        station=station,
    )
    other = case_about("企业招人要做什么备案", topic=leaf, station=station)
    text = "冷藏车进城通行证见服务措施第 12 条，材料齐 2 个工作日。"
    url = f"/cases/{taken.case.number}/"
    sent = {"answer-text": text, "answer-revision": taken.case.revision}

    # Without an item the check says so; cited, it goes out.
    refused = desk.post(f"{url}answer/", sent)
    assert refused.status_code == 422
    assert [str(text) for text, _ in refused.context["findings"]]
    assert (
        desk.post(f"{url}answer/", sent | {"answer-cites": ["12"]}).status_code == 303
    )
    given = taken.case.answers.get()
    assert [cited.number for cited in given.services.all()] == [12]
    assert given.findings == []
    assert PASS.title in desk.get(url).content.decode()

    # Friday: three working days end on Wednesday at 18:00 in the city.
    wednesday = FRIDAY + timedelta(days=5)
    for hours, is_overdue in ((6.8, False), (6.9, True)):
        at = wednesday + timedelta(hours=hours)
        monkeypatch.setattr("django.utils.timezone.now", lambda at=at: at)
        other.replied_at = FRIDAY
        other.save(update_fields=["replied_at"])
        desk.force_login(officer)
        rows = desk.get("/cases/", {"shown": "overdue"}).context["rows"]
        assert [row.case.number for row in rows] == [other.number] * is_overdue
