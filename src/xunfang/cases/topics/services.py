"""Look after the tree of topics."""

import json
from datetime import datetime
from importlib import resources
from typing import Any

from django.db import transaction

from xunfang.audit import services as audit
from xunfang.cases.models import Topic


def starter_topics() -> dict[str, Any]:
    """Return the tree that is shipped: eleven branches, sixty leaves."""
    text = resources.files("xunfang.cases.topics").joinpath("data/topics.json")
    found: dict[str, Any] = json.loads(text.read_text(encoding="utf-8"))
    return found


@transaction.atomic
def ensure_topics(*, at: datetime) -> int:
    """Take the shipped tree over where there is none; return how many leaves came."""
    if Topic.objects.exists():
        return 0
    leaves: list[Topic] = []
    for branch in starter_topics()["categories"]:
        parent = Topic.objects.create(
            code=branch["code"], name=branch["zh"], name_en=branch["en"]
        )
        leaves += [
            Topic(
                code=leaf["code"],
                parent=parent,
                name=leaf["zh"],
                name_en=leaf["en"],
                urgency=int(leaf["default_urgency"].removeprefix("U")),
                police_matter=leaf["police_matter"],
                route=leaf["route"],
                transfer_to=leaf["transfer_to"],
                map_110=leaf["map_110"],
                is_sensitive=leaf["sensitive"],
            )
            for leaf in branch["leaves"]
        ]
    Topic.objects.bulk_create(leaves)
    audit.record(kind="topics.loaded", subject="starter", by=None, at=at, n=len(leaves))
    return len(leaves)
