"""Lists of what stands beside cases cost the same for one row as for three."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.words import FRIDAY, case_about
from xunfang.cases.answer_texts import services as answer_texts
from xunfang.cases.consultations import services as consultations
from xunfang.cases.lost import services as lost
from xunfang.cases.models import Topic

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def enter_thing(station, by, n):
    case = case_about(f"捡到一串钥匙,第{n}串", station=station)
    case.topic = Topic.objects.get(code=Topic.LOST_AND_FOUND)
    case.save()
    lost.enter_item(
        case=case,
        side="found",
        kind="keys",
        on=TODAY,
        description=f"钥匙{n}",
        by=by,
        at=FRIDAY,
    )


def write_template(station, by, n):
    topic = Topic.objects.exclude(parent=None).order_by("code")[n]
    answer_texts.add_template(
        name=f"{n}", text="路灯已报修,三天内修好。", topic=topic, by=by, at=FRIDAY
    )


def consult(station, by, n):
    consultations.note_consultation(
        place_name="汀西二小",
        station=station,
        held_on=TODAY,
        n_asked={"pupils": 30 + n, "teachers": 4},
        asked="放学过马路最怕什么?",
        heard="多数学生说车不让人。",
        by=by,
        at=FRIDAY,
    )


@pytest.mark.parametrize(
    ("add", "address"),
    [
        (enter_thing, "/cases/lost/"),
        (enter_thing, "/lost/"),
        (write_template, "/cases/answer-texts/"),
        (consult, "/cases/consultations/"),
    ],
)
def test_a_list_costs_the_same_for_one_row_as_for_three(
    desk, station, officer, add, address
):
    case_about("路灯坏了", station=station)

    costs = []
    for n in range(3):
        add(station, officer, n)
        with CaptureQueriesContext(connection) as asked:
            page = desk.get(address).context["page"]
        costs.append((len(page.object_list), len(asked)))

    assert [n_rows for n_rows, _ in costs] == [1, 2, 3]
    assert costs[0][1] == costs[2][1]
