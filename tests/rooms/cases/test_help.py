"""Help that was given: tied to a request or a visit, counted once, in times."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import calls as call_factory
from tests.factories.words import FRIDAY, case_about
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases.help import queries, services
from xunfang.cases.models import Help, HelpType
from xunfang.units.models import DutyStay

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lamp(station):
    return case_about("东街路灯坏了,晚上很黑", station=station)


@pytest.fixture
def visit(station):
    shift = call_factory.add_shift(FRIDAY.date(), station, "1")
    return DutyStay.objects.create(
        shift=shift,
        number=3,
        begins_at=FRIDAY - 2 * HOUR,
        ends_at=FRIDAY - HOUR,
        lon=0,
        lat=0,
        name="东街菜市场",
        edition=1,
    )


@pytest.fixture
def note(officer):
    """Note that something was repaired at the east street."""
    services.ensure_types()

    def note_help(**values):
        return services.note_help(
            **{
                "kind": HelpType.objects.get(code="repair"),
                "place_name": "东街",
                "what": "换了灯泡",
                "by": officer,
                "at": FRIDAY,
            }
            | values
        )

    return note_help


@pytest.mark.row("L08")
def test_help_without_a_link_is_refused_and_so_by_the_database(note, lamp, visit):
    for link in ({}, {"case": lamp, "visit": visit}):
        with pytest.raises(services.HelpWithoutLink):
            note(**link)
    entry = note(case=lamp)

    for loose in ({"case": None}, {"kind": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Help.objects.filter(pk=entry.pk).update(**loose)

    assert list(Help.objects.values_list("case", "kind__code")) == [(lamp.pk, "repair")]


@pytest.mark.row("L08")
def test_entries_of_one_place_within_a_day_are_one_and_come_apart_again(
    note, lamp, visit, officer
):
    first = note(case=lamp, given_at=FRIDAY - 30 * HOUR)
    same = note(visit=visit, place_name="東 街", given_at=FRIDAY - 7 * HOUR)
    other_place = note(case=lamp, place_name="西街", given_at=FRIDAY - 29 * HOUR)
    day_later = note(case=lamp, given_at=FRIDAY - 6 * HOUR)

    assert (same.part_of, other_place.part_of, day_later.part_of) == (first, None, None)
    assert list(queries.counted(officer)) == [day_later, other_place, first]
    assert [each.n_times for each in queries.by_type(queries.counted(officer))] == [
        3 if code == "repair" else 0 for code in sorted(dict(_codes()))
    ]

    services.count_alone(entry=same, by=officer, at=FRIDAY)

    assert queries.counted(officer).count() == 4
    assert Event.objects.latest("pk").kind == "help.counted_alone"
    with pytest.raises(services.CountedAlone):
        services.count_alone(entry=same, by=officer, at=FRIDAY)


def _codes():
    return [(code, name) for code, name, _ in services.TYPES]


def test_how_many_people_were_helped_is_asked_and_kept_nowhere(desk, note, lamp):
    note(case=lamp)

    assert not [
        field.name
        for field in Help._meta.get_fields()
        if "people" in field.name or "person" in field.name or field.name == "n"
    ]
    for page in ("/cases/help/", f"/cases/{lamp.number}/help/"):
        text = desk.get(page, headers={"accept-language": "zh-hans"}).content.decode()
        assert "人次" not in text
        assert "人数" not in text


def test_help_is_noted_on_the_page_of_a_case_and_of_a_visit(desk, lamp, visit):
    services.ensure_types()
    typed = {"kind": "repair", "place_name": "东街", "what": "换了灯泡"}

    future = desk.post(
        f"/cases/{lamp.number}/help/", typed | {"given_at": "2026-12-24T10:00"}
    )
    done = desk.post(
        f"/cases/{lamp.number}/help/", typed | {"given_at": "2026-11-20T10:00"}
    )
    on_visit = desk.post(
        f"/cases/help/visits/{visit.shift_id}/3/", typed | {"place_name": "菜市场"}
    )

    assert (future.status_code, done.status_code, on_visit.status_code) == (
        409,
        303,
        303,
    )
    assert "换了灯泡" in future.content.decode()
    entry = Help.objects.get(case=None)
    assert (entry.shift, entry.visit_begins_at) == (visit.shift, visit.begins_at)
    assert "换了灯泡" in desk.get(f"/cases/{lamp.number}/").content.decode()
    assert "东街菜市场" in desk.get("/cases/help/visits/?q=菜").content.decode()


def test_another_station_sees_and_notes_nothing_of_it(note, lamp, visit, account):
    note(case=lamp)
    note(visit=visit, place_name="菜市场")
    stranger = account("duty_officer", station_code="S02", username="s2")

    assert not queries.counted(stranger).exists()
    for link in ({"case": lamp}, {"visit": visit}):
        with pytest.raises(NotAllowed):
            note(**link, by=stranger)
    assert Help.objects.count() == 2


def test_the_list_is_searched_and_costs_the_same_for_one_as_for_three(desk, note, lamp):
    note(case=lamp)
    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get("/cases/help/")
    note(case=lamp, place_name="桥头", what="扶老人过桥")
    note(case=lamp, place_name="井边")
    with CaptureQueriesContext(connection) as three:
        desk.get("/cases/help/")

    assert len(one) == len(three)
    found = desk.get("/cases/help/?q=橋頭&kind=repair&first_on=2026-11-20")
    assert [each.what for each in found.context["page"]] == ["扶老人过桥"]
    assert not desk.get("/cases/help/?last_on=2026-11-19").context["page"].object_list
