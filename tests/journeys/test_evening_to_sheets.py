"""Half past five at the city's desk: who cannot come, who goes instead, and on paper.

From the afternoon's roster, through tonight's absences and the plans of ten stations, to
the sheets that 26 numbered groups put in their pockets.
"""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import yunting_city
from tests.factories.published_night import pages_of
from tests.factories.yunting_city import AFTERNOON, NIGHT
from xunfang.core.planning.budget import Budget
from xunfang.patrols.models import OrderStation, Publication, SolveRun
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan
from xunfang.units.models import Assignment, Part, Person, Shift, Station
from xunfang.units.roster import night as roster
from xunfang.units.roster.allocation import allocate_night, fill_station

pytestmark = pytest.mark.django_db(transaction=True)

CITY = f"/tonight/{NIGHT}/"
ROSTER = f"/roster/{NIGHT}/"
N_AWAY = 7


@pytest.fixture
def officer(account, monkeypatch):
    """The city's duty officer; tests wait for no planner: a few rounds make a plan."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=40))
    return account("duty_officer", station_code="", username="zhiban")


@pytest.mark.row("D01", "D03", "A08")
def test_from_tonights_absences_to_printed_sheets(client, officer):
    yunting_city.build(by=officer)
    allocate_night(night=NIGHT, by=officer, at=AFTERNOON)
    for station in Station.objects.all():
        fill_station(station=station, night=NIGHT, by=officer, at=AFTERNOON)
    client.force_login(officer)
    groups = Shift.objects.filter(night=NIGHT, is_seconded=True)
    away = [
        Person.objects.filter(
            assignments__shift=group, assignments__part=Part.MEMBER
        ).earliest("code")
        for group in groups.order_by("group_number")[:N_AWAY]
    ]

    # The list of absences has one line that nobody can read; the others count at once.
    lines = "".join(f"{person.code},,\n" for person in away)
    table = SimpleUploadedFile("缺勤.csv", f"警号,起,止\n{lines}不详,,\n".encode())
    imported = client.post("/roster/import/", {"what": "absences", "table": table})
    assert [problem.line for problem in imported.context["done"].problems] == [
        N_AWAY + 2
    ]
    assert {
        person.code for c in conflicts() if c.code == "absent" for person in c.people
    } == {person.code for person in away}

    # Planned, but not published while somebody absent is named.
    client.post(f"{CITY}solve/", {"cpu_s": "3"})
    for run in SolveRun.objects.filter(state=SolveRun.QUEUED):
        making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)
    hit = {group.station.code for group in groups.select_related("station")[:N_AWAY]}
    refused = publish_city(client)
    assert refused.status_code == 409
    assert not Publication.objects.filter(station__code__in=hit).exists()

    # One button calls the stand-ins; then the rest of the city is published too.
    client.post(f"{ROSTER}repair/")
    assert [c for c in conflicts() if c.is_fault] == []
    published = publish_city(client)
    assert published.status_code == 303, published.context["refused"]
    assert Publication.objects.filter(is_in_force=True).count() == 10
    assert OrderStation.objects.filter(order__night=NIGHT).count() == 10

    pages = pages_of(b"".join(client.get(f"{CITY}sheets/")))
    text = "\n".join(pages)
    numbers = {int(n) for n in re.findall(r"第 ?(\d+) ?组", text)}
    assert numbers == set(range(1, 27))
    assert len(pages) == Shift.objects.filter(night=NIGHT).count()
    assert [person.code for person in away if person.code in text] == []
    out = Assignment.objects.filter(shift__in=groups, part=Part.MEMBER)
    assert out.count() == 104
    assert all(one.person.code in text for one in out.select_related("person"))


def conflicts() -> tuple[roster.Conflict, ...]:
    return roster.conflicts(night=NIGHT, stations=Station.objects.all())


def publish_city(client):
    """Press the button of the city's page as it stands."""
    page = client.get(CITY).content.decode()
    [editions] = re.findall(r'name="plan_editions" value="([^"]+)"', page)
    return client.post(
        f"{CITY}publish/",
        {
            "title": "平安夜巡",
            "plan_editions": html.unescape(editions),
            "accepts_warnings": "on",
        },
    )
