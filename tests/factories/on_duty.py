"""An officer with a crew, a plan and a phone, for tests of the phone."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from tests.factories import calls as call_factory
from tests.factories import people as people_factory
from tests.factories.linhe_city import add_station
from xunfang.accounts.models import User
from xunfang.calls import services as calls
from xunfang.calls.models import Call, Dispatch
from xunfang.units.models import DutyStay, GearItem, GearTemplate, Shift, Station

NIGHT = date(2026, 8, 14)
EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)
"""20:00 of that night in Linhe; the crew's duty began at 18:00."""


def after(minutes: float) -> datetime:
    """Minutes after 20:00."""
    return EIGHT + timedelta(minutes=minutes)


def add_crew(*officers: User, station: Station | None = None, code: str = "1") -> Shift:
    """A crew of the accounts, on the street from 18:00 to 02:00."""
    station = station or Station.objects.filter(code="S01").first() or add_station()
    shift = call_factory.add_shift(NIGHT, station, code)
    unit = people_factory.add_unit(f"U{code}")
    for number, officer in enumerate(officers):
        person = people_factory.add_person(
            f"{code}{number:03}",
            unit,
            account=officer,
            name=officer.display_name,
            standing=officer.standing,
        )
        people_factory.assign(shift, person)
    return shift


def add_gear() -> GearTemplate:
    """What every crew takes along."""
    template = GearTemplate.objects.create(name="单警装备")
    for name, name_en in (
        ("执法记录仪", "Body camera"),
        ("对讲机", "Radio"),
        ("反光背心", "Vest"),
        ("强光手电", "Torch"),
    ):
        GearItem.objects.create(template=template, name=name, name_en=name_en)
    return template


def add_stays(shift: Shift) -> list[DutyStay]:
    """Three stops of tonight's plan: one is on at 20:00."""
    return [
        DutyStay.objects.create(
            shift=shift,
            number=number,
            begins_at=after(begins),
            ends_at=after(begins + 20),
            lon=110 + number / 8,
            lat=30.0,
            name=name,
            name_en=name_en,
            why=why,
            why_en=why_en,
            is_mandatory=number == 1,
            edition=1,
        )
        for number, begins, name, name_en, why, why_en in (
            (
                *(1, -10, "河滨夜市东口", "Night market, east gate"),
                *("上周同一时段有3起盗窃报警", "Three thefts reported here last week"),
            ),
            (
                *(2, 30, "临河高中北门", "High school, north gate"),
                *("21:30 放学", "School ends at 21:30"),
            ),
            (
                *(3, 120, "火车站广场", "Station square"),
                *("末班车到站", "Last train"),
            ),
        )
    ]


def send(
    shift: Shift,
    *,
    by: User,
    number: str = "110-1",
    minutes: float = 0,
    **values: object,
) -> Dispatch:
    """A call that the crew is sent to."""
    call: Call = call_factory.add_call(
        number, by=by, at=after(minutes), station=shift.station, **values
    )
    return calls.send_unit(
        call=call,
        shift=shift,
        knows=Dispatch.objects.filter(shift=shift).values_list("pk", flat=True),
        by=by,
        at=after(minutes),
    )


def entry(
    kind: str,
    noted_at: datetime,
    *,
    key: object = None,
    seconds: int = 0,
    **fields: object,
) -> dict[str, object]:
    """What a phone keeps of one form."""
    return {
        "key": str(key or uuid4()),
        "kind": kind,
        "noted_at": noted_at.isoformat(),
        "seconds": seconds,
        "fields": fields,
    }
