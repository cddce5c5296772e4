"""A leader goes out as an ordinary officer: the same row, the same shift, the same counts."""

import pytest
from pytest_django.asserts import assertContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON
from tests.factories.people import add_person, assign
from xunfang.cli.demo.load_gear import load_gear
from xunfang.units.gear.queries import gear_of
from xunfang.units.models import Assignment, Person, Shift, TeamTemplate, Unit
from xunfang.units.people.queries import unit_tree

pytestmark = [pytest.mark.django_db, pytest.mark.row("M05")]

PERSON_FIELDS = {
    *("id", "code", "name", "standing", "home_unit", "phone", "account"),
    *("is_serving", "revision"),
}
SHIFT_FIELDS = {
    *("id", "night", "code", "name", "station", "template", "mode", "n_sworn"),
    *("n_auxiliary", "begins_min", "ends_min", "break_first_min", "break_last_min"),
    *("break_minutes", "tags", "is_seconded", "group_number", "revision"),
}


@pytest.fixture
def leader(account, headquarters):
    """The chief: an account with the role of a leader, and a person like any other."""
    return add_person(
        "0001", headquarters, name="局长", account=account("leader", station_code="")
    )


def fields(model) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def test_no_field_of_a_person_or_a_shift_is_for_leaders():
    assert fields(Person) == PERSON_FIELDS
    assert fields(Shift) == SHIFT_FIELDS
    assert fields(Assignment) == {
        *("id", "shift", "person", "part", "assigned_at", "assigned_by")
    }


def test_leader_counts_in_the_unit_and_in_the_crew_like_anybody(
    leader, desk, station, headquarters
):
    TeamTemplate.objects.create(code="market", name="市场", min_sworn=2, min_total=6)
    load_gear(by=desk, at=AFTERNOON)
    officer = add_person("0002", headquarters)
    crews = [linhe_city.add_crew(station, c, n_sworn=1, n_auxiliary=0) for c in "12"]
    others = [add_person(f"1{n}", headquarters) for n in range(4)]

    for crew, one, companions in (
        (crews[0], leader, others[:2]),
        (crews[1], officer, others[2:]),
    ):
        for person in (one, *companions):
            assign(crew, person)

    [line] = unit_tree(Unit.objects.filter(pk=headquarters.pk))
    assert (line.n_sworn, line.n_people) == (6, 6)
    with_leader, without = map(gear_of, crews)
    assert with_leader == without
    assert {line.name: line.n for line in with_leader}["反光背心"] == 3
    assert crews[0].assignments.count() == crews[1].assignments.count() == 3


def test_leader_stands_in_the_lists_where_unit_and_number_put_them(
    client, leader, desk, headquarters
):
    add_person("0000", headquarters)
    add_person("0002", headquarters)
    client.force_login(desk)

    page = client.get("/people/")

    assert [person.code for person in page.context["page"]] == ["0000", "0001", "0002"]
    client.post("/people/number/0001/away/", {"absence-kind": "leave"})
    assertContains(client.get("/people/away/"), "局长")
