"""What is answered, as documents: the fields of the specification in its order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from xunfang.api.open311.attributes import ATTRIBUTES
from xunfang.api.open311.queries import Request, Update
from xunfang.api.open311.writing import MEDIA_TYPES, Value
from xunfang.cases.models import Topic
from xunfang.core.casework.steps import Step
from xunfang.web.names import local_name

ZONE: Final = ZoneInfo(settings.TIME_ZONE)
CHANGESET: Final = "2026-11-20T08:00:00+08:00"
"""When the interface or its services last changed in a way that clients may notice."""
SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"


def moment(at: datetime | None) -> str | None:
    """Write a time with the offset of the city."""
    return None if at is None else at.astimezone(ZONE).isoformat(timespec="seconds")


def discovery(base: str) -> Value:
    """Say where the interface is; ``base`` is the address of the house."""
    formats: Value = list(MEDIA_TYPES.values())
    return {
        "changeset": CHANGESET,
        "contact": _("The office that runs this installation answers questions."),
        "key_service": _(
            "The administrator of this installation gives every sender a key of its own."
        ),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{base}/open311/{at}",
                "changeset": CHANGESET,
                "type": type_,
                "formats": formats,
            }
            for at, type_ in (("v2", "production"), ("test/v2", "test"))
        ],
    }


def services(topics: Iterable[Topic]) -> Value:
    """List what a request can be about."""
    return [
        {
            "service_code": topic.code,
            "service_name": _name(topic),
            "description": _description(topic),
            "metadata": topic.code in ATTRIBUTES,
            "type": "realtime",
            "keywords": "" if topic.parent is None else _name(topic.parent),
            "group": "" if topic.parent is None else _name(topic.parent),
        }
        for topic in topics
    ]


def _name(topic: Topic) -> str:
    return local_name(topic.name, topic.name_en)


def _description(topic: Topic) -> str:
    if topic.urgency == 1:
        return _("If it is happening now, call 110, 119 or 120 first.")
    return "" if topic.parent is None else f"{_name(topic.parent)} · {_name(topic)}"


def definition(code: str) -> Value:
    """Say what is asked about a topic."""
    return {
        "service_code": code,
        "attributes": [
            {
                "variable": attribute.is_asked,
                "code": attribute.code,
                "datatype": attribute.datatype.value,
                "required": attribute.is_required,
                "datatype_description": local_name(attribute.hint, attribute.hint_en),
                "order": order,
                "description": local_name(attribute.question, attribute.question_en),
                "values": [
                    {
                        "key": choice.key,
                        "name": local_name(choice.name, choice.name_en),
                    }
                    for choice in attribute.choices
                ],
            }
            for order, attribute in enumerate(ATTRIBUTES.get(code, ()), start=1)
        ],
    }


def request(found: Request) -> Value:
    """Show a request; of one that is not public its state and nothing else."""
    word, case, is_public = found.word, found.case, found.is_public
    topic = case.topic if is_public else None
    lon, lat = found.point or (None, None)
    station = case.station if is_public else None
    return {
        "service_request_id": word.number,
        "status": "closed" if found.is_closed else "open",
        "status_notes": found.answer or (case.get_state_display() if is_public else ""),
        "service_name": "" if topic is None else _name(topic),
        "service_code": "" if topic is None else topic.code,
        "description": _stub(found) if found.hiding else found.text,
        "agency_responsible": ""
        if station is None
        else local_name(station.name, station.name_en),
        "service_notice": "",
        "requested_datetime": moment(word.received_at),
        "updated_datetime": moment(found.updated_at),
        "expected_datetime": moment(case.settle_by),
        "address": case.place_name if is_public else "",
        "address_id": "",
        "zipcode": "",
        "lat": lat,
        "long": lon,
        "media_url": "",
    }


def _stub(found: Request) -> str:
    hiding = found.hiding
    if hiding is None:
        return ""
    return _("Not shown: %(reason)s (%(law)s, %(day)s).") % {
        "reason": hiding.get_reason_display(),
        "law": hiding.law,
        "day": hiding.at.astimezone(ZONE).date().isoformat(),
    }


def update(found: Update) -> Value:
    """Show one thing that happened to a request."""
    return {
        "update_id": f"{found.event.pk}-{found.word.number}",
        "service_request_id": found.word.number,
        "status": "closed" if found.is_closed else "open",
        "updated_datetime": moment(found.event.at),
        "description": _words(found),
        "media_url": "",
    }


def _words(found: Update) -> str:
    if not found.is_told:
        return ""
    if found.words:
        return found.words
    step = found.event.get_step_display()
    if found.event.step == Step.REFERRED and found.office:
        return _("%(step)s: %(office)s") % {"step": step, "office": found.office}
    return step
