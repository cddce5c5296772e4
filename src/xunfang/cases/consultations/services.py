"""Write a consultation down, and say to what it led."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, check_can
from xunfang.audit import services as audit
from xunfang.cases import policies
from xunfang.cases.log import ZONE
from xunfang.cases.models import Case, Consultation, ConsultationLink, ConsultedGroup
from xunfang.core.errors import DomainError
from xunfang.core.language.redaction.names import loaded_model
from xunfang.core.language.redaction.spans import Kind, Span
from xunfang.core.language.redaction.text import find_personal
from xunfang.feedback.codes import new_number
from xunfang.units.models import Station


class NobodyAsked(DomainError):
    """Not a single person was asked, or on a day that is still to come."""

    code = "cases.nobody_asked"


class PersonNamed(DomainError):
    """A text names somebody, or gives a number or a door that leads to somebody."""

    code = "cases.person_named"

    def __init__(self, field: str, text: str, span: Span) -> None:
        super().__init__(f"{field}, {span.start} to {span.end}: {span.kind}")
        self.field, self.at = field, span.start + 1
        self.found = text[span.start : span.end]


def check_names_nobody(**texts: str) -> None:
    """Raise PersonNamed at the first thing in texts that points to a person.

    What somebody claims of others without naming them may stand: it was heard.
    """
    for field, text in texts.items():
        for span in find_personal(text, names=loaded_model()):
            if span.kind is not Kind.CLAIM:
                raise PersonNamed(field, text, span)


@transaction.atomic
def note_consultation(
    *,
    place_name: str,
    station: Station | None,
    held_on: date,
    n_asked: Mapping[str, int],
    asked: str,
    heard: str,
    by: User,
    at: datetime,
    case: Case | None = None,
) -> Consultation:
    """Write down who was asked, by kinds and counts, and what was heard.

    ``case``: what it led to, where that is known already.

    Raises
    ------
    NotAllowed, NobodyAsked, PersonNamed
    """
    check_can(by, Capability.ENTER_WORDS)
    groups = {group: n for group, n in n_asked.items() if n}
    today = at.astimezone(ZONE).date()
    if not groups or held_on > today:
        raise NobodyAsked(f"{place_name} {held_on}")
    check_names_nobody(place_name=place_name, asked=asked, heard=heard)
    consultation = Consultation.objects.create(
        number=new_number("Q", today),
        station=station,
        place_name=place_name,
        held_on=held_on,
        asked=asked,
        heard=heard,
        at=at,
        by=by,
    )
    ConsultedGroup.objects.bulk_create(
        ConsultedGroup(consultation=consultation, group=group, n_asked=n)
        for group, n in groups.items()
    )
    audit.record(
        kind="consultation.noted",
        subject=consultation.number,
        by=by,
        at=at,
        place=place_name,
        n_asked=sum(groups.values()),
    )
    if case is not None:
        link_to_case(consultation=consultation, case=case, by=by, at=at)
    return consultation


@transaction.atomic
def link_to_case(
    *, consultation: Consultation, case: Case, by: User, at: datetime
) -> ConsultationLink:
    """Say that a consultation led to what is done in a case. Twice is once.

    Raises
    ------
    NotAllowed
    """
    policies.check_can_handle(by, case)
    link, is_new = ConsultationLink.objects.get_or_create(
        consultation=consultation, case=case, defaults={"at": at, "by": by}
    )
    if is_new:
        audit.record(
            kind="consultation.linked",
            subject=consultation.number,
            by=by,
            at=at,
            case=case.number,
        )
    return link
