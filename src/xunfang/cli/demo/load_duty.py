"""A crew that is out, with calls: so that whoever signs in on a phone sees a duty."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from xunfang.accounts.models import User
from xunfang.calls import services as calls
from xunfang.calls.models import Call
from xunfang.cli.demo.load import OFFICER_OUT
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import services as duty
from xunfang.units.models import Assignment, Part, Person, Shift
from xunfang.units.nights import midnight_before, tonight
from xunfang.units.roster.reading import zone

SENT_TO = ("A4.2", "F3")
"""Classes of the calls the crew is sent to: an old man is missing, a quarrel."""


def link_officer(*, night: date) -> Shift | None:
    """See that the patrol officer's account goes out tonight; return the crew.

    Who is in the night's crews is the roster's matter; where its rules put another in
    the place, the account goes to that one, so that the phone has something to show.
    """
    user = User.objects.get(username=OFFICER_OUT)
    places = Assignment.objects.filter(
        shift__night=night, part__in=[Part.MEMBER, Part.JOINED]
    ).select_related("shift__station", "person")
    if (own := places.filter(person__account=user).first()) is not None:
        return own.shift
    place = (
        places.filter(
            shift__station__code=user.station_code,
            shift__is_seconded=False,
            person__standing=user.standing,
            person__account=None,
        )
        .order_by("shift__code", "person__code")
        .first()
    )
    if place is None:
        return None
    Person.objects.filter(account=user).update(account=None)
    place.person.account = user
    place.person.save(update_fields=["account"])
    return place.shift


def load_duty(*, night: date, by: User, at: datetime) -> None:
    """Send the officer's crew out and to two calls, if the night is tonight's.

    Once a night. Where the demo is built by day the crew has gone out early.
    """
    shift = link_officer(night=night)
    if shift is None or night != tonight(at, zone()) or shift.duty_entries.exists():
        return
    officer = User.objects.get(username=OFFICER_OUT)
    begins_at = midnight_before(night, zone()) + timedelta(minutes=shift.begins_min)
    out_at = min(max(begins_at, at - timedelta(hours=1)), at)
    duty.check_gear(shift=shift, by=officer, at=out_at)
    duty.report(
        shift=shift, step=DutyStep.ON, key=_key(shift, "on"), by=officer, at=out_at
    )
    waiting = Call.objects.filter(
        number__startswith=f"{night:%Y%m%d}", status="waiting", merged_into=None
    )
    for number, code in enumerate(SENT_TO):
        call = waiting.filter(initial_class__code=code).first()
        if call is None:
            continue
        dispatch = calls.send_unit(
            call=call,
            shift=shift,
            knows=shift.dispatches.values_list("pk", flat=True),
            by=by,
            at=at,
            key=_key(shift, code),
        )
        if number == 0:
            calls.press(
                dispatch=dispatch,
                step=Step.ACKNOWLEDGED,
                by=officer,
                at=at,
                key=_key(shift, "acknowledged"),
            )


def _key(shift: Shift, what: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"xunfang:demo:{shift.night}:{shift.code}:{what}")
