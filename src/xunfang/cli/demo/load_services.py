"""The thirty services of the demo: numbered, owned, each looked over this half-year."""

import json
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases.log import ZONE
from xunfang.cases.models import ServiceChange, ServiceItem
from xunfang.units.models import Station


def _written() -> list[dict[str, Any]]:
    text = (
        resources.files("xunfang.cli.demo")
        .joinpath("data/services.jsonl")
        .read_text(encoding="utf-8")
    )
    return [json.loads(line) for line in text.splitlines()]


@transaction.atomic
def load_services(*, by: User, at: datetime) -> int:
    """Write the catalogue where there is none; return how many services came."""
    if ServiceItem.objects.exists():
        return 0
    today = at.astimezone(ZONE).date()
    stations = {station.code: station for station in Station.objects.all()}
    items = ServiceItem.objects.bulk_create(
        ServiceItem(
            reviewed_on=today - timedelta(days=row.pop("reviewed_days_ago")),
            station=stations.get(row.pop("station")),
            **row,
        )
        for row in _written()
    )
    ServiceChange.objects.bulk_create(
        ServiceChange(item=item, kind=ServiceChange.ADDED, revision=0, at=at, by=by)
        for item in items
    )
    audit.record(
        kind="service_item.added", subject=f"1-{len(items)}", by=by, at=at, n=len(items)
    )
    return len(items)
