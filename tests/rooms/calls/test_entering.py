"""A call that does not come through 110: typed once, what is like it shown before."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import calls as factory
from tests.factories import linhe_city
from tests.rooms.calls.conftest import NOW
from xunfang.calls.classes import services as classes
from xunfang.calls.classes.queries import typed
from xunfang.calls.entry import services as entry
from xunfang.calls.entry.finding import places_by_words
from xunfang.calls.models import Call, CallClass
from xunfang.places.models import KeyPlace

pytestmark = pytest.mark.django_db

URL = "/calls/enter/"


@pytest.fixture(autouse=True)
def _it_is_that_morning(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def desk(city_desk, client):
    client.force_login(city_desk)
    return city_desk


@pytest.fixture
def tree(desk):
    classes.load_starter_tree(by=desk, at=NOW)


def fill(**typed):
    return {
        "key": str(uuid4()),
        "words": "河边有人打架",
        "reporter": "resident",
    } | typed


def test_words_alone_are_enough_and_the_number_is_ours(client, desk):
    answer = client.post(URL, fill())

    call = Call.objects.get()
    assert answer.headers["Location"] == "/calls/at/X20260815-001/"
    assert (call.number, call.origin, call.urgency) == ("X20260815-001", "desk", 3)
    client.post(URL, fill(words="空调太吵"))
    assert Call.objects.filter(number="X20260815-002").exists()


def test_everything_that_is_typed_is_kept(client, desk, tree):
    client.post(
        URL,
        fill(
            call_class="rhdq",
            place_text="人民路1号",
            point="104.1 30.6",
            phone="13800000001",
            reporter="office",
        ),
    )

    call = Call.objects.get()
    assert (call.initial_class.code, call.urgency, call.reporter) == (
        *("C2.1", 3, "office"),
    )
    assert (call.place_text, call.lon, call.lat) == ("人民路1号", 104.1, 30.6)
    assert call.words.get().phone == "13800000001"


def test_enter_pressed_twice_saves_once(client, desk):
    form = fill()

    first, second = client.post(URL, form), client.post(URL, form)

    assert first.headers["Location"] == second.headers["Location"]
    assert Call.objects.count() == 1


def test_what_is_like_it_is_shown_before_it_is_saved(client, desk):
    factory.add_call(
        "A1", by=desk, at=NOW - timedelta(minutes=20), words="河边打架", point=(104, 30)
    )
    form = fill(point="104.001, 30.0")

    asked = client.post(URL, form)
    assert asked.status_code == 422
    assertContains(asked, "A1", status_code=422)
    assertContains(asked, "河边有人打架", status_code=422)
    assert Call.objects.count() == 1
    saved = client.post(URL, form | {"seen": asked.context["near"].seen})

    assert saved.status_code == 303
    assert Call.objects.count() == 2


def test_a_new_one_that_comes_while_looking_is_shown_as_well(client, desk):
    factory.add_call("A1", by=desk, at=NOW, words="河边打架了", point=(104, 30))
    asked = client.post(URL, fill(point="104, 30"))
    factory.add_call("A2", by=desk, at=NOW, words="河边打架", point=(104, 30))

    again = client.post(URL, fill(point="104, 30", seen=asked.context["near"].seen))

    assert again.status_code == 422
    assertContains(again, "A2", status_code=422)


@pytest.mark.parametrize("kind", ["merged", "repeat", "chase_up", "nuisance"])
def test_it_may_be_hung_on_the_call_it_is_like(client, desk, kind):
    known = factory.add_call("A1", by=desk, at=NOW, words="河边打架", point=(104, 30))

    client.post(URL, fill(point="104, 30", joins="A1", joins_as=kind))

    call = Call.objects.exclude(pk=known.pk).get()
    assert call.links.get().kind == kind
    assert call.merged_into == (known if kind == "merged" else None)
    assert call.words.get().words == "河边有人打架"


def test_near_is_looked_up_while_typing(client, desk):
    factory.add_call("A1", by=desk, at=NOW, words="河边打架", point=(104, 30))

    part = client.post(f"{URL}near/", fill(point="104, 30"))

    assertContains(part, "A1")
    assertNotContains(part, "<html")


def test_a_restricted_call_nearby_shows_its_number_and_nothing_of_it(
    client, desk, tree
):
    factory.add_call(
        "R1",
        by=desk,
        at=NOW,
        words="女子站在桥栏外",
        point=(104, 30),
        call_class=CallClass.objects.get(code="A1"),
    )

    part = client.post(f"{URL}near/", fill(point="104, 30"))

    assertContains(part, "R1")
    assertNotContains(part, "桥栏")


def test_a_text_is_data(client, desk):
    client.post(URL, fill(words="<script>alert(1)</script>{% now %}"))

    page = client.get("/calls/at/X20260815-001/")
    assertContains(page, "&lt;script&gt;alert(1)&lt;/script&gt;{% now %}")


@pytest.mark.parametrize(
    ("field", "value"),
    [("call_class", "没有的"), ("point", "东经"), ("words", "  "), ("point", "104")],
)
def test_what_is_wrong_is_said_beside_it_and_the_rest_is_kept(
    client, desk, tree, field, value
):
    answer = client.post(URL, fill(phone="13800000001") | {field: value})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assertContains(answer, "13800000001", status_code=422)
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("C2", ["C2"]),
        ("c2 dq 盗窃", ["C2"]),
        ("dq", ["C2"]),
        ("盗窃", ["C2"]),
        ("Theft", ["C2"]),
        ("扒", ["C2.3"]),
        ("dqc", ["C2.4"]),
        ("火情", ["H1"]),
        ("", []),
        ("zzz", []),
    ],
)
def test_a_class_is_typed_by_code_letters_or_name(tree, said, codes):
    assert [one.code for one in typed(said)] == codes


def test_what_may_be_several_classes_is_asked_again(client, desk, tree):
    answer = client.post(URL, fill(call_class="财物"))

    [error] = answer.context["form"].errors["call_class"]
    assert "C 侵害财物" in error
    assert "C4 损毁财物" in error


def test_places_and_streets_are_found_as_callers_name_them(desk, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    linhe_city.import_streets(by=desk)
    linhe_city.build_city()
    place = KeyPlace.objects.get(code="K1")

    [exact, *_] = places_by_words(place.name, day=linhe_city.NIGHT)
    longer = places_by_words(f"就在{place.name}门口", day=linhe_city.NIGHT)

    assert (exact.name, exact.lonlat, exact.is_exact) == (
        *(place.name, (place.lon, place.lat), True),
    )
    assert [found.is_exact for found in longer if found.name == place.name] == [False]
    assert places_by_words("x", day=linhe_city.NIGHT) == []


def test_a_place_that_is_named_exactly_gives_the_point_and_the_station(
    client, desk, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    linhe_city.import_streets(by=desk)
    linhe_city.build_city()
    place = KeyPlace.objects.get(code="K1")

    client.post(URL, fill(place_text=place.name))

    call = Call.objects.get()
    assert (round(call.lon, 5), round(call.lat, 5)) == (
        round(place.lon, 5),
        round(place.lat, 5),
    )
    assert call.station.code == "S01"


def test_numbers_of_ours_go_on_where_the_day_left_off(desk):
    for _ in range(2):
        entry.take_call(taken=entry.Taken(words="吵架"), key=uuid4(), by=desk, at=NOW)
    next_day = NOW + timedelta(days=1)

    assert entry.next_number(NOW) == "X20260815-003"
    assert entry.next_number(next_day) == "X20260816-001"
