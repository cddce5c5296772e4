"""Somebody who is new to a station's ground goes with somebody who knows it."""

from datetime import date, datetime

from django.db import transaction

from xunfang.accounts.models import Standing, User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.units.models import MentorPair, Person, Station
from xunfang.units.people import policies


class MentorNotOfStation(DomainError):
    """The mentor is no serving sworn officer of the station."""

    code = "units.mentor_not_of_station"


class NotANewcomer(DomainError):
    """The newcomer serves at the station, or knows its ground already."""

    code = "units.not_a_newcomer"


class PairedAlready(DomainError):
    """The newcomer has a mentor at this station."""

    code = "units.paired_already"


class PairOver(DomainError):
    """The pair has ended before."""

    code = "units.pair_over"


@transaction.atomic
def pair_mentor(
    *,
    newcomer: Person,
    mentor: Person,
    station: Station,
    begins_on: date,
    by: User,
    at: datetime,
) -> MentorPair:
    """Let an officer of a station take somebody along who is new there.

    Raises
    ------
    NotAllowed
        This person may not pair people at the station.
    MentorNotOfStation, NotANewcomer, PairedAlready
        Nothing is changed.
    """
    policies.check_can_pair(by, station)
    newcomer = Person.objects.select_for_update().get(pk=newcomer.pk)
    if (
        mentor.home_unit.station_id != station.pk
        or mentor.standing != Standing.SWORN
        or not mentor.is_serving
    ):
        raise MentorNotOfStation(f"{mentor.code} at {station.code}")
    if (
        newcomer.home_unit.station_id == station.pk
        or newcomer.known_grounds.filter(station=station).exists()
    ):
        raise NotANewcomer(f"{newcomer.code} at {station.code}")
    if MentorPair.objects.filter(
        newcomer=newcomer, station=station, ends_on=None
    ).exists():
        raise PairedAlready(f"{newcomer.code} at {station.code}")
    pair = MentorPair.objects.create(
        newcomer=newcomer,
        mentor=mentor,
        station=station,
        begins_on=begins_on,
        paired_at=at,
        paired_by=by,
    )
    audit.record(
        kind="mentor.paired",
        subject=newcomer.code,
        by=by,
        at=at,
        mentor=mentor.code,
        station=station.code,
    )
    return pair


@transaction.atomic
def end_pair(*, pair: MentorPair, ends_on: date, by: User, at: datetime) -> MentorPair:
    """End a pair: ``ends_on`` is the first night without.

    Raises
    ------
    NotAllowed
        This person may not pair people at the station.
    PairOver
        It has ended before; nothing is changed.
    """
    policies.check_can_pair(by, pair.station)
    pair = (
        MentorPair.objects.select_for_update(of=("self",))
        .select_related("newcomer", "station")
        .get(pk=pair.pk)
    )
    if pair.ends_on is not None:
        raise PairOver(f"ended on {pair.ends_on}")
    pair.ends_on = max(ends_on, pair.begins_on)
    pair.save(update_fields=["ends_on"])
    audit.record(
        kind="mentor.parted",
        subject=pair.newcomer.code,
        by=by,
        at=at,
        station=pair.station.code,
    )
    return pair
