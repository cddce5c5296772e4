"""Hold what somebody answered against what a topic asks."""

import re
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from xunfang.api.open311.attributes import ATTRIBUTES, Attribute, Datatype
from xunfang.api.open311.reading import (
    Faults,
    Fields,
    fit_for_a_line,
    read_decimal,
    read_moment,
)

LONGEST: Final = {Datatype.STRING: 200, Datatype.TEXT: 1000}
_NAME = re.compile(r"attribute\[([^\[\]]{1,40})\](\[\d{0,3}\])?")


def answers(fields: Fields, code: str, faults: Faults, *, zone: ZoneInfo) -> list[str]:
    """Return what was answered, a line for each question; note what is wrong.

    What is asked nowhere is passed over: senders add fields of their own.
    """
    said: dict[str, list[str]] = {}
    for name, values in fields.pairs.items():
        if found := _NAME.fullmatch(name):
            said.setdefault(found[1], []).extend(values)
    lines = []
    for attribute in ATTRIBUTES.get(code, ()):
        if not attribute.is_asked:
            continue
        values = said.get(attribute.code, [])
        if not values and attribute.is_required:
            faults.add(_("attribute[%(code)s] is missing.") % {"code": attribute.code})
        if values:
            answer = _answer(attribute, values, faults, zone)
            lines.append(f"{attribute.question} {answer}")
    return lines


def _answer(
    attribute: Attribute, values: Sequence[str], faults: Faults, zone: ZoneInfo
) -> str:
    facts = {"code": attribute.code}
    names = {choice.key: choice.name for choice in attribute.choices}
    value = values[-1]
    match attribute.datatype:
        case Datatype.SOME_OF:
            if not set(values) <= set(names):
                faults.add(
                    _("attribute[%(code)s] has a value that is not offered.") % facts
                )
            return "、".join(names.get(each, "") for each in dict.fromkeys(values))
        case Datatype.ONE_OF:
            if value not in names:
                faults.add(
                    _("attribute[%(code)s] has a value that is not offered.") % facts
                )
            return names.get(value, "")
        case Datatype.NUMBER:
            if read_decimal(value) is None:
                faults.add(_("attribute[%(code)s] is not a number.") % facts)
            return value
        case Datatype.DATETIME:
            moment = read_moment(value, zone=zone)
            if moment is None:
                faults.add(_("attribute[%(code)s] is not a date and time.") % facts)
                return ""
            return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
        case Datatype.STRING | Datatype.TEXT:
            if len(value) > LONGEST[attribute.datatype]:
                faults.add(_("attribute[%(code)s] is too long.") % facts)
            return fit_for_a_line(value)
