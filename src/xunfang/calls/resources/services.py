"""Keep the directory of local help, and ask for help with a call."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls import policies as call_policies
from xunfang.calls.models import Call, HelpRequest, LocalHelp
from xunfang.calls.resources import policies
from xunfang.core.errors import DomainError
from xunfang.units.models import Station


class HelpListed(DomainError):
    """The same thing of the same owner at the same place is listed already."""

    code = "calls.help_listed"


class HelpChanged(DomainError):
    """Somebody else has changed the entry since the page was opened."""

    code = "calls.help_changed"


class AskedAlready(DomainError):
    """They have been asked for this call and have not answered yet."""

    code = "calls.asked_already"


class AnswerKept(DomainError):
    """Their answer has been noted already."""

    code = "calls.answer_kept"


@dataclass(frozen=True, slots=True)
class HelpValues:
    """What is kept of one thing that is lent."""

    kind: str
    name: str
    place_text: str
    phone: str
    name_en: str = ""
    lon: float | None = None
    lat: float | None = None
    station: Station | None = None
    note: str = ""
    confirmed_on: date | None = None


def _fields(values: HelpValues) -> dict[str, object]:
    return {field.name: getattr(values, field.name) for field in fields(values)}


@transaction.atomic
def add_help(*, values: HelpValues, by: User, at: datetime) -> LocalHelp:
    """List a thing that somebody in the neighbourhood lends.

    Raises
    ------
    NotAllowed, HelpListed
    """
    policies.check_can_keep(by, values.station)
    try:
        with transaction.atomic():
            row = LocalHelp.objects.create(**_fields(values))
    except IntegrityError as error:
        raise HelpListed(values.name) from error
    audit.record(kind="help.listed", subject=str(row), by=by, at=at)
    return row


@transaction.atomic
def change_help(
    *, row: LocalHelp, values: HelpValues, revision: int, by: User, at: datetime
) -> LocalHelp:
    """Correct an entry, made from a revision of it.

    Raises
    ------
    NotAllowed, HelpChanged, HelpListed
    """
    policies.check_can_keep(by, row.station)
    policies.check_can_keep(by, values.station)
    row = _locked(row, revision)
    for name, value in _fields(values).items():
        setattr(row, name, value)
    row.revision += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise HelpListed(values.name) from error
    audit.record(kind="help.changed", subject=str(row), by=by, at=at)
    return row


def _locked(row: LocalHelp, revision: int) -> LocalHelp:
    row = LocalHelp.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.revision != revision:
        raise HelpChanged(str(row))
    return row


@transaction.atomic
def confirm_help(*, row: LocalHelp, by: User, at: datetime) -> None:
    """Note that somebody rang today and that it is right.

    Raises
    ------
    NotAllowed
    """
    policies.check_can_keep(by, row.station)
    row.confirmed_on = timezone.localdate(at)
    row.save(update_fields=["confirmed_on"])
    audit.record(kind="help.confirmed", subject=str(row), by=by, at=at)


@transaction.atomic
def end_help(*, row: LocalHelp, by: User, at: datetime, revision: int) -> None:
    """Take an entry off the list from today on, or put it back where it is off.

    Raises
    ------
    NotAllowed, HelpChanged
    """
    policies.check_can_keep(by, row.station)
    row = _locked(row, revision)
    row.ended_on = timezone.localdate(at) if row.ended_on is None else None
    row.revision += 1
    row.save(update_fields=["ended_on", "revision"])
    if row.ended_on is None:
        audit.record(kind="help.relisted", subject=str(row), by=by, at=at)
    else:
        audit.record(kind="help.ended", subject=str(row), by=by, at=at)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a list brought."""

    n_new: int
    n_changed: int
    n_same: int


@transaction.atomic
def import_help(
    *, rows: Sequence[HelpValues], file_name: str, by: User, at: datetime
) -> Imported:
    """Bring a list in: by kind, owner and place, each once. Four queries.

    The same file twice changes nothing; what is not in it stays.

    Raises
    ------
    NotAllowed
        A row is on ground that is not this person's.
    """
    for values in rows:
        policies.check_can_keep(by, values.station)
    there = {
        (row.kind, row.name, row.place_text): row
        for row in LocalHelp.objects.select_for_update(of=("self",)).select_related(
            "station"
        )
    }
    new: dict[tuple[str, str, str], LocalHelp] = {}
    changed: dict[int, LocalHelp] = {}
    n_same = 0
    names = [field.name for field in fields(HelpValues)]
    for values in rows:
        key = (values.kind, values.name, values.place_text)
        row = there.get(key)
        if row is None:
            new[key] = LocalHelp(**_fields(values))
            continue
        policies.check_can_keep(by, row.station)
        # A list without the day of the last call does not make it unknown.
        wanted = _fields(values) | {
            "confirmed_on": values.confirmed_on or row.confirmed_on
        }
        if all(getattr(row, name) == wanted[name] for name in names):
            n_same += 1
            continue
        for name in names:
            setattr(row, name, wanted[name])
        row.revision += 1
        changed[row.pk] = row
    LocalHelp.objects.bulk_create(new.values())
    LocalHelp.objects.bulk_update(changed.values(), [*names, "revision"])
    outcome = Imported(len(new), len(changed), n_same)
    audit.record(
        kind="help.imported", subject=file_name[:100], by=by, at=at, **asdict(outcome)
    )
    return outcome


@transaction.atomic
def ask_for_help(*, call: Call, row: LocalHelp, by: User, at: datetime) -> HelpRequest:
    """Note that somebody was rung for help with a call.

    Raises
    ------
    NotAllowed, AskedAlready
    """
    call_policies.check_can_look_after(by, call)
    try:
        with transaction.atomic():
            request = HelpRequest.objects.create(
                call=call, help=row, asked_at=at, asked_by=by
            )
    except IntegrityError as error:
        raise AskedAlready(str(row)) from error
    audit.record(
        kind="call.help_asked", subject=call.number, by=by, at=at, help=str(row)
    )
    return request


@transaction.atomic
def note_answer(
    *, request: HelpRequest, answer: str, by: User, at: datetime
) -> HelpRequest:
    """Note what they answered.

    Raises
    ------
    NotAllowed, AnswerKept
    """
    call_policies.check_can_look_after(by, request.call)
    request = HelpRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.answer:
        raise AnswerKept(str(request))
    request.answer, request.answered_at = answer, at
    request.save(update_fields=["answer", "answered_at"])
    audit.record(
        kind="call.help_answered",
        subject=request.call.number,
        by=by,
        at=at,
        answer=answer,
    )
    return request
