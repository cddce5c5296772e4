"""Schools and residents are asked before something is done; nobody is named."""

from datetime import date, timedelta

import pytest

from tests.factories.words import FRIDAY, case_about
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.append_only import AppendOnly
from xunfang.audit.models import Event
from xunfang.cases import services as cases
from xunfang.cases.consultations import services
from xunfang.cases.consultations.forms import NoteConsultation
from xunfang.cases.models import (
    Case,
    Consultation,
    ConsultationLink,
    ConsultedGroup,
    Topic,
)
from xunfang.cases.referrals import services as referrals
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db

FORM = {
    "place_name": "汀西二小",
    "held_on": "2026-11-18",
    "n_pupils": "34",
    "n_teachers": "4",
    "n_parents": "",
    "asked": "放学过马路最怕什么？画斑马线还是派人护送？",
    "heard": "多数学生说车不让人，希望画斑马线；两位教师担心车更堵。",
}


def note(by, **values):
    return services.note_consultation(
        **{
            "place_name": FORM["place_name"],
            "station": None,
            "held_on": date(2026, 11, 18),
            "n_asked": {"pupils": 34, "teachers": 4},
            "asked": FORM["asked"],
            "heard": FORM["heard"],
            "by": by,
            "at": FRIDAY,
            **values,
        }
    )


@pytest.mark.row("B02")
def test_the_zebra_crossing_opens_to_those_who_were_asked_before(
    desk, client, station, officer
) -> None:
    case = case_about("汀西二小门口没有斑马线", station=station)
    topic = Topic.objects.get(code=Topic.SUGGESTION)
    cases.sort(
        case=case,
        topic=topic,
        urgency=3,
        station=station,
        by=officer,
        at=FRIDAY,
        revision=case.revision,
    )
    sent = desk.post("/cases/consultations/new/", FORM | {"case": case.number.lower()})
    consultation = Consultation.objects.get()
    assert sent.headers["Location"] == f"/cases/consultations/{consultation.number}/"

    # The action it led to: the crossing is asked of the traffic police.
    crossing = referrals.refer(
        case=case, office="交警", matter="施划斑马线", by=officer, at=FRIDAY
    )
    for url in (f"/cases/referrals/{crossing.number}/", f"/cases/{case.number}/"):
        page = desk.get(url).content.decode()
        assert f"/cases/consultations/{consultation.number}/" in page
        assert "学生 34 · 教师 4" in page
        assert FORM["heard"] in page
    assert case.number in desk.get(sent.headers["Location"]).content.decode()

    # Everybody reads it beside the matter, once that is public.
    Case.objects.filter(pk=case.pk).update(public_since=FRIDAY)
    client.logout()
    shown = client.get(f"/matters/{case.number}/").content.decode()
    assert "学生 34 · 教师 4" in shown
    [row] = client.get("/matters.json").json()["matters"]
    assert row["consultations"] == [
        {
            "on": "2026-11-18",
            "place": "汀西二小",
            "asked": {"pupils": 34, "teachers": 4},
            "heard": FORM["heard"],
        }
    ]


@pytest.mark.row("B02")
def test_there_is_no_field_for_the_name_of_a_pupil() -> None:
    tables = {
        model: {field.name for field in model._meta.concrete_fields}
        for model in (Consultation, ConsultedGroup, ConsultationLink)
    }

    assert tables == {
        Consultation: {
            *("id", "number", "station", "place_name", "held_on"),
            *("asked", "heard", "at", "by"),
        },
        ConsultedGroup: {"id", "consultation", "group", "n_asked"},
        ConsultationLink: {"id", "consultation", "case", "at", "by"},
    }
    groups = {f"n_{group}" for group, _ in ConsultedGroup.GROUPS}
    assert set(NoteConsultation(station_code="").fields) == groups | {
        *("place_name", "held_on", "asked", "heard", "station", "case"),
    }


@pytest.mark.row("B02")
@pytest.mark.parametrize(
    ("field", "text", "found", "at"),
    [
        ("heard", "三年级学生王小明说车太快", "王小明", 6),
        ("heard", "家长电话13812345678，请回电", "13812345678", 5),
        ("asked", "身份证11010519491231002X的学生怎么说", "11010519491231002X", 4),
    ],
)
def test_a_name_or_a_number_in_the_text_is_refused_with_its_place(
    desk, field, text, found, at
) -> None:
    answer = desk.post("/cases/consultations/new/", FORM | {field: text})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"第 {at} 个字起的“{found}”指向个人" in page
    # What was typed stays, so that it can be said without.
    assert text in page
    assert not Consultation.objects.exists()


def test_what_was_heard_stays_and_is_linked_once(station, officer) -> None:
    case = case_about("汀西二小门口没有斑马线", station=station)
    consultation = note(officer, station=station)
    for _ in range(2):
        services.link_to_case(
            consultation=consultation, case=case, by=officer, at=FRIDAY
        )

    assert ConsultationLink.objects.count() == 1
    with pytest.raises(AppendOnly):
        Consultation.objects.update(heard="都赞成")
    kinds = Event.objects.filter(kind__startswith="consultation.")
    assert list(kinds.order_by("pk").values_list("kind", flat=True)) == [
        "consultation.noted",
        "consultation.linked",
    ]


def test_nobody_asked_is_no_consultation_and_a_stranger_writes_none(
    officer, account
) -> None:
    with pytest.raises(services.NobodyAsked):
        note(officer, n_asked={"pupils": 0})
    with pytest.raises(services.NobodyAsked):
        note(officer, held_on=FRIDAY.date() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        note(account("administrator"))
    assert not Consultation.objects.exists()


def test_a_station_reads_its_own_and_the_citys_and_searches_them(
    desk, station, officer
) -> None:
    other = Station.objects.create(code="S02", name="汀西派出所", lon=0, lat=0)
    theirs = note(officer, station=other, place_name="汀西中学")
    note(officer, station=station)
    note(officer, place_name="全市校长会")

    page = desk.get("/cases/consultations/")
    names = [each.place_name for each in page.context["page"]]
    assert sorted(names) == ["全市校长会", "汀西二小"]
    found = desk.get("/cases/consultations/?q=校长会").context["page"]
    assert [each.place_name for each in found] == ["全市校长会"]
    assert desk.get(f"/cases/consultations/{theirs.number}/").status_code == 404
    wrong = desk.post("/cases/consultations/new/", FORM | {"case": "C0"})
    assert wrong.status_code == 422
