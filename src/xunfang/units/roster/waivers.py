"""A leader signs that somebody goes out after less rest than is due."""

from datetime import date, datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.units.models import Person, RestWaiver
from xunfang.units.roster import policies
from xunfang.units.roster.refusals import check_not_over


class WaiverReasonMissing(DomainError):
    """A waiver of rest needs a reason."""

    code = "units.waiver_reason_missing"


class WaivedAlready(DomainError):
    """Somebody has signed for this person and night."""

    code = "units.waived_already"


@transaction.atomic
def sign_waiver(
    *, person: Person, night: date, reason: str, by: User, at: datetime
) -> RestWaiver:
    """Let somebody go out on a night after less than eleven hours of rest.

    Raises
    ------
    NotAllowed
        This person does not sign for the other; nobody signs for themselves.
    NightOver
        The night is over.
    WaiverReasonMissing
        There is no reason.
    WaivedAlready
        It has been signed before; nothing is changed.
    """
    policies.check_can_sign_waiver(by, person, night=night)
    check_not_over(night, at)
    if not reason.strip():
        raise WaiverReasonMissing(f"for {person.code} on {night}")
    waiver, is_new = RestWaiver.objects.get_or_create(
        person=person,
        night=night,
        defaults={"reason": reason.strip(), "signed_at": at, "signed_by": by},
    )
    if not is_new:
        raise WaivedAlready(f"for {person.code} on {night}")
    audit.record(
        kind="rest.waived",
        subject=person.code,
        by=by,
        at=at,
        night=night.isoformat(),
        reason=reason.strip(),
    )
    return waiver
