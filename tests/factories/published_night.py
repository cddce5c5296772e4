"""A night of Linhe with named crews, planned and published, and papers read again."""

import pypdfium2

from tests.factories import people
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.accounts.models import Standing, User
from xunfang.patrols import services
from xunfang.patrols.models import Plan, Publication
from xunfang.patrols.plans import making
from xunfang.patrols.publishing import services as publishing
from xunfang.patrols.tasks import queue_plan
from xunfang.units.models import Part, Shift, Station


def name_crews(station: Station, *, stand_ins: bool = True) -> None:
    """Name everybody of the station's crews of the night, and who stands in."""
    unit = people.add_station_unit(station, phone="0830-2201110")
    for shift in Shift.objects.filter(station=station, night=NIGHT):
        n_people = shift.n_sworn + shift.n_auxiliary
        for n in range(n_people):
            is_sworn = n < shift.n_sworn
            person = people.add_person(
                f"{station.code}-{shift.code}{n}",
                unit,
                standing=Standing.SWORN if is_sworn else Standing.AUXILIARY,
                name=f"{'甲乙丙丁戊己'[n]}{shift.code}",
                phone=f"1380000{shift.code}{n}",
            )
            people.assign(shift, person)
        if stand_ins:
            person = people.add_person(
                f"{station.code}-{shift.code}9", unit, name=f"替{shift.code}"
            )
            people.assign(shift, person, Part.STAND_IN)


def plan_night(station: Station, *, by: User) -> Plan:
    """Have the night planned and return the current plan."""
    [run] = services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=1, by=by, at=AFTERNOON
    )
    making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)
    return Plan.objects.get(station=station, night=NIGHT, is_current=True)


def publish(station: Station, *, by: User, **values: object) -> Publication:
    """Publish the night's first plan, warnings read."""
    return publishing.publish_plan(
        **{
            "station": station,
            "night": NIGHT,
            "plan_edition": 1,
            "accepts_warnings": True,
            "by": by,
            "at": AFTERNOON,
        }
        | values
    )


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of every page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    texts = []
    for page in document:
        text_page = page.get_textpage()
        texts.append(text_page.get_text_range().replace("\r\n", "\n"))
        text_page.close()
        page.close()
    document.close()
    return texts
