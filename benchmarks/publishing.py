"""How long it takes to publish a city's night: sheets frozen, order, papers, record.

    .venv/bin/xunfang demo      # once, so that there is a night with plans
    .venv/bin/python benchmarks/publishing.py [--data var/demo] [--night 2026-11-22]

Crews for whom nobody is named are filled with people first; that is not counted. What is
done is taken back at the end: the data are as before. Prints the seconds of each stage. The goal: all of it within 10 s.
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

STAGES: dict[str, tuple[float, float]] = {}
"""Seconds by the clock and of the processor, by stage."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("var/demo"))
    parser.add_argument("--night", type=date.fromisoformat)
    arguments = parser.parse_args()
    os.environ["XUNFANG_DATA_DIR"] = str(arguments.data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xunfang.config.settings")
    import django

    django.setup()
    from django.db import transaction
    from django.utils import translation

    with transaction.atomic(), translation.override("zh-hans"):
        publish_the_night(arguments.night)
        transaction.set_rollback(True)


@contextmanager
def stage(name: str) -> Iterator[None]:
    began, cpu_began = time.perf_counter(), time.process_time()
    yield
    STAGES[name] = (time.perf_counter() - began, time.process_time() - cpu_began)


def publish_the_night(night: date | None) -> None:
    from django.utils import timezone

    from xunfang.accounts.models import Role, Standing, User
    from xunfang.audit.models import Event
    from xunfang.patrols import queries
    from xunfang.patrols.models import Order, Plan
    from xunfang.patrols.publishing import page as publishing_page
    from xunfang.patrols.publishing import services as publishing
    from xunfang.patrols.sheets.order import print_order
    from xunfang.patrols.sheets.pdf import print_sheets
    from xunfang.places import queries as places

    officer = User.objects.filter(
        role=Role.DUTY_OFFICER, station_code="", standing=Standing.SWORN
    ).first()
    assert officer is not None, "the demo has a duty officer of the city"
    night = night or Plan.objects.filter(is_current=True).latest("night").night
    stations = list(queries.stations_visible_to(officer))
    name_everybody(night, stations)
    at = datetime.combine(night, datetime.min.time()) + timedelta(hours=17)
    at = timezone.make_aware(at)
    network = places.find_current_network()
    assert network is not None
    n_events = Event.objects.count()

    with stage("streets read"):
        places.load_streets(network.code)
    with stage("published: checked, frozen, order given, on record"):
        done = publishing.publish_city(
            night=night,
            stations=stations,
            plan_editions={
                code: plan.edition
                for code, plan in queries.current_plans(officer, night).items()
            },
            title="平安夜巡",
            accepts_warnings=True,
            by=officer,
            at=at,
        )
    found = list(publishing_page.to_print(officer, night).filter(is_in_force=True))
    with stage("duty sheets of all crews, one PDF"):
        sheets = print_sheets(found)
    with stage("order for the night, PDF"):
        order = print_order(
            night=night,
            stations=stations,
            publications={p.station.code: p for p in found},
            orders=Order.objects.filter(night=night).select_related("issued_by"),
        )
    with stage("printing put on record"):
        publishing.record_print(publications=found, by=officer, at=at)

    crews = [c for p in found for c in p.sheet["texts"]["zh-hans"]["crews"]]
    n_people = sum(len(crew["people"]) for crew in crews)
    print(
        f"night {night}: {len(done.published)} stations, {len(done.refused)} refused, "
        f"{len(crews)} crews, {n_people} people, "
        f"{Event.objects.count() - n_events} events on record"
    )
    for row in done.refused:
        print(
            "refused", row.station.code, row.error.code, [f.code for f in row.findings]
        )
    print(
        f"sheets {len(sheets.pdf) / 1e6:.1f} MB, order {len(order.pdf) / 1e6:.1f} MB\n"
    )
    in_all = tuple(map(sum, zip(*STAGES.values(), strict=True)))
    print(f"{'':52s}  clock s    CPU s")
    for name, (clock_s, cpu_s) in (STAGES | {"in all": in_all}).items():
        print(f"{name:52s} {clock_s:8.2f} {cpu_s:8.2f}")


def name_everybody(night: date, stations: list[Any]) -> None:
    """Give every crew without names its people, and one who stands in."""
    from django.utils import timezone

    from xunfang.units.models import Assignment, Part, Person, Shift, Unit

    now = timezone.now()
    for shift in Shift.objects.filter(
        night=night, station__in=stations, assignments=None
    ).select_related("station"):
        unit, _ = Unit.objects.get_or_create(
            station=shift.station,
            defaults={
                "code": f"B-{shift.station.code}",
                "name": shift.station.name,
                "level": "station",
                "phone": "0830-1234567",
            },
        )
        for n in range(shift.n_sworn + shift.n_auxiliary + 1):
            is_last = n == shift.n_sworn + shift.n_auxiliary
            person = Person.objects.create(
                code=f"B{shift.pk}-{n}",
                name=f"警员{shift.pk}{n}",
                standing="auxiliary" if shift.n_sworn <= n and not is_last else "sworn",
                home_unit=unit,
            )
            Assignment.objects.create(
                shift=shift,
                person=person,
                part=Part.STAND_IN if is_last else Part.MEMBER,
                assigned_at=now,
            )


if __name__ == "__main__":
    main()
