"""People say themselves what they can do; a task finds them by it."""

from datetime import timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import add_person, assign
from xunfang.accounts.models import Role
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.units.models import Skill
from xunfang.units.nights import night_span
from xunfang.units.people.absences import enter_absence
from xunfang.units.people.skill_views import ZONE
from xunfang.units.people.skills import (
    WORDS,
    SkillDeclared,
    declare_skill,
    skills_wanted,
    withdraw_skill,
)

pytestmark = pytest.mark.django_db

TASK = "/people/skills/?task=traffic+markings"


@pytest.fixture
def own(account):
    return account("patrol_officer", station_code="", username="zhou")


@pytest.fixture
def person(headquarters, own):
    return add_person("1001", headquarters, name="周溪", account=own)


def suggested(response) -> list[str]:
    return [person.code for person in response.context["page"].object_list]


@pytest.mark.row("D06")
def test_task_suggests_people_with_the_skill_until_they_delete_it(
    client, desk, own, person, headquarters
):
    add_person("0002", headquarters, skills=("fire",))
    client.force_login(own)
    client.post("/me/skills/", {"kind": "traffic", "detail": "标线"})
    client.force_login(desk)
    assert suggested(client.get(TASK)) == ["1001"]
    assertContains(client.get(TASK), "交通 · 标线")

    client.force_login(own)
    [skill] = person.skills.all()
    assertContains(client.get("/me/"), f"/me/skills/{skill.pk}/delete/")
    response = client.post(f"/me/skills/{skill.pk}/delete/")

    assert (response.status_code, response["Location"]) == (303, "/me/")
    assert Skill.objects.filter(person=person).count() == 0
    client.force_login(desk)
    assert suggested(client.get(TASK)) == []
    assertContains(client.get(TASK), "当晚在岗人员中无人填报该特长。")


def test_suggestion_is_sorted_by_unit_and_number_and_leaves_out_who_is_away(
    client, desk, headquarters, station, station_unit
):
    for code, unit in (("3", station_unit), ("2", headquarters), ("1", headquarters)):
        add_person(code, unit, skills=("traffic",))
    away = add_person("0", headquarters, skills=("traffic",))
    add_person("4", headquarters, skills=("traffic",), is_serving=False)
    begins_at, ends_at = night_span(NIGHT, ZONE)
    enter_absence(
        person=away,
        begins_at=begins_at,
        ends_at=ends_at,
        kind="leave",
        by=desk,
        at=AFTERNOON,
    )
    client.force_login(desk)

    assert suggested(client.get(TASK)) == ["1", "2", "3"]
    next_night = NIGHT + timedelta(days=1)
    assert suggested(client.get(f"{TASK}&night={next_night}")) == ["0", "1", "2", "3"]


def test_suggestion_says_who_goes_out_already_that_night(client, desk, station, person):
    Skill.objects.create(person=person, kind="traffic", declared_at=AFTERNOON)
    assign(linhe_city.add_crew(station, "7"), person)
    client.force_login(desk)

    assertContains(client.get(TASK), "临河所 7组")


def test_station_is_suggested_its_own_people_only(
    client, station_desk, station_unit, person
):
    Skill.objects.create(person=person, kind="traffic", declared_at=AFTERNOON)
    add_person("2001", station_unit, skills=("traffic",))
    client.force_login(station_desk)

    assert suggested(client.get(TASK)) == ["2001"]


def test_skill_may_be_chosen_when_the_words_of_a_task_name_none(client, desk, person):
    Skill.objects.create(person=person, kind="water", declared_at=AFTERNOON)
    client.force_login(desk)

    assertContains(
        client.get("/people/skills/?task=搬家"), "从任务名称中看不出所需特长。"
    )
    assert suggested(client.get("/people/skills/?task=搬家&kind=water")) == ["1001"]
    assertContains(client.get("/people/skills/"), "是什么任务？")


def test_words_name_known_skills_only():
    assert set(WORDS) == {kind for kind, _ in Skill.KINDS}
    assert skills_wanted("Traffic markings") == ["traffic"]
    assert skills_wanted("河道防溺水宣传") == ["water"]
    assert skills_wanted("晚餐") == []


def test_skill_is_declared_once_and_recorded(own, person):
    declare_skill(person=person, kind="fire", by=own, at=AFTERNOON)

    with pytest.raises(SkillDeclared):
        declare_skill(person=person, kind="fire", by=own, at=AFTERNOON)

    assert Skill.objects.count() == 1
    assert Event.objects.get().kind == "skill.declared"


@pytest.mark.row("D06")
@pytest.mark.parametrize("role", Role)
def test_nobody_else_declares_or_deletes_a_skill(client, account, person, role):
    skill = Skill.objects.create(person=person, kind="fire", declared_at=AFTERNOON)
    other = account(role, station_code="")

    with pytest.raises(NotAllowed):
        declare_skill(person=person, kind="water", by=other, at=AFTERNOON)
    with pytest.raises(NotAllowed):
        withdraw_skill(skill=skill, by=other, at=AFTERNOON)
    client.force_login(other)
    assert client.post(f"/me/skills/{skill.pk}/delete/").status_code == 404

    assert [one.kind for one in person.skills.all()] == ["fire"]


def test_my_page_shows_what_is_kept_of_me_and_of_nobody_else(
    client, own, person, headquarters
):
    person.phone = "13812345678"
    person.save()
    add_person("1002", headquarters, name="吴波", phone="13900000000")
    client.force_login(own)

    page = client.get("/me/")

    assertContains(page, "周溪")
    assertContains(page, "13812345678")
    assertNotContains(page, "吴波")


def test_my_page_without_a_person_says_whom_to_ask(client, own):
    client.force_login(own)

    assertContains(client.get("/me/"), "您的账号尚未对应到人员。")
    refused = client.post("/me/skills/", {"kind": "fire"})
    assertContains(refused, "您的账号尚未对应到人员。", status_code=422)


def test_skill_declared_twice_is_said_in_words(client, own, person):
    client.force_login(own)
    client.post("/me/skills/", {"kind": "fire"})

    page = client.post("/me/skills/", {"kind": "fire"})

    assertContains(page, "您已填报过，未作任何更改。", status_code=409)
