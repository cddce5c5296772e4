"""What the duty desk shows, for everybody: read once, then shown to each as they may.

Rows are plain and can be compared: a row that equals the last one needs no sending.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from string import ascii_uppercase

from xunfang.calls import queries
from xunfang.calls.models import Call, CallEvent, Dispatch
from xunfang.calls.sending.offers import DEFAULT_NEED, ZONE, Crew, crews_on_duty
from xunfang.cases import queries as cases
from xunfang.cases.advice import queries as advice
from xunfang.cases.wording import span_text
from xunfang.core.dispatching.sheets import CallStatus, Step
from xunfang.units.duty.crews import Stay
from xunfang.units.models import DutyEntry, Shift
from xunfang.units.nights import tonight
from xunfang.web.names import local_name

N_EVENTS = 40
WORDS_OF = timedelta(days=3)
"""What a resident said longer ago and nobody has seen stands in the list of cases."""
N_SIGNS = 120


@dataclass(frozen=True, slots=True)
class Band:
    """By when so many units should be there."""

    minutes: int
    n_units: int
    due_at: datetime
    met_at: datetime | None
    """When the last of them arrived."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A unit that is bound to a call."""

    dispatch: int
    shift: int | None
    """None: it is a unit of 110's, and none of ours."""
    name: str
    """As 110 writes it where it is none of ours."""
    status: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call of the queue."""

    pk: int
    number: str
    name: str
    name_en: str
    """Of its class."""
    urgency: int
    status: str
    place: str
    station: str
    restriction: str
    reported_at: datetime
    lon: float | None
    lat: float | None
    bands: tuple[Band, ...]
    sent: tuple[Sent, ...]

    @property
    def status_is_waiting(self) -> bool:
        """Whether nobody goes there."""
        return self.status == CallStatus.WAITING

    @property
    def next_band(self) -> Band | None:
        """The first band that is not met."""
        return next((band for band in self.bands if band.met_at is None), None)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit on duty."""

    shift: int
    letters: str
    """What it is called on the map and after a key."""
    code: str
    name: str
    station: str
    station_name: str
    mode: str
    state: str
    since: datetime | None
    warn_after_s: int | None
    alarm_after_s: int | None
    n_people: int
    has_position: bool
    is_by_plan: bool
    calls: tuple[tuple[int, str], ...]
    """Key and number of those that it is bound to."""
    declared: tuple[str, ...]
    stay: tuple[str, str, datetime, datetime] | None
    """Where its plan has it now or next: name, English name, from, until."""

    @property
    def stay_name(self) -> str:
        """Where its plan has it, in the reader's language."""
        return local_name(self.stay[0], self.stay[1]) if self.stay else ""

    @property
    def stay_begins(self) -> datetime | None:
        return self.stay[2] if self.stay else None

    @property
    def stay_ends(self) -> datetime | None:
        return self.stay[3] if self.stay else None


@dataclass(frozen=True, slots=True)
class WordRow:
    """A matter of life and death that a resident has told us, and no call yet."""

    pk: int
    number: str
    text: str
    """How it begins; empty where it is sealed."""
    word: int | None
    """Key of the word that begins so; None where nothing of it is shown."""
    since: datetime
    station: str
    station_en: str
    is_sealed: bool

    @property
    def station_name(self) -> str:
        """Whose ground it is, in the reader's language."""
        return local_name(self.station, self.station_en)


@dataclass(frozen=True, slots=True)
class Question:
    """A question asked before paying whose ten minutes are over, or nearly."""

    pk: int
    asked_at: datetime
    reply_by: datetime


@dataclass(frozen=True, slots=True)
class QuestionsRow:
    """How many such questions one person is to see, in one line."""

    n: int
    n_late: int
    waited_min: int
    """The oldest, counted while the scam desk is open."""

    @property
    def waited(self) -> str:
        """The same in the reader's language."""
        return span_text(timedelta(minutes=self.waited_min))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit is."""

    lon: float
    lat: float
    heading_deg: float | None
    fixed_at: datetime | None
    """None: nobody has seen it, its plan has it there."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One line of a call's or a crew's log."""

    key: str
    happened_at: datetime
    recorded_at: datetime
    step: str
    is_duty: bool
    is_corrected: bool
    """Another line has taken its place."""
    is_withdrawal: bool
    source: str
    call: int | None
    number: str
    shift: int | None
    unit: str
    station: str
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything, at one moment."""

    as_of: datetime
    night: date
    calls: tuple[CallRow, ...]
    units: tuple[UnitRow, ...]
    places: Mapping[int, Place]
    events: tuple[FeedRow, ...]
    words: tuple[WordRow, ...] = ()
    questions: tuple[Question, ...] = ()
    """The oldest first."""


def build(at: datetime) -> Board:
    """Read the board; as many queries however many calls and units there are."""
    night = tonight(at, ZONE)
    crews = crews_on_duty(at)
    letters = letters_of(
        Shift.objects.filter(night=night).values_list("pk", "station__code")
    )
    calls = list(
        queries.queue(Call.objects.all()).select_related(
            "initial_class", "final_class", "station"
        )
    )
    sent: dict[int, list[Sent]] = defaultdict(list)
    numbers = {call.pk: call.number for call in calls}
    bound: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for dispatch in Dispatch.objects.filter(
        call__in=calls, is_open=True
    ).select_related("shift"):
        shift = dispatch.shift_id
        sent[dispatch.call_id].append(
            Sent(
                dispatch.pk,
                shift,
                dispatch.shift.name if dispatch.shift else dispatch.unit_text,
                dispatch.status,
                dispatch.status_at,
            )
        )
        if shift is not None:
            bound[shift].append((dispatch.call_id, numbers[dispatch.call_id]))
    arrivals: dict[int, list[datetime]] = defaultdict(list)
    for key, happened_at in CallEvent.objects.filter(
        call__in=calls,
        step=Step.ARRIVED.value,
        corrected_by=None,
        is_withdrawal=False,
    ).values_list("call", "happened_at"):
        arrivals[key].append(happened_at)
    return Board(
        as_of=at,
        night=night,
        calls=tuple(
            call_row(call, sent[call.pk], sorted(arrivals[call.pk])) for call in calls
        ),
        units=tuple(
            _unit_row(crew, letters[crew.shift.pk], bound[crew.shift.pk])
            for crew in sorted(crews, key=_by_station)
        ),
        places={
            crew.shift.pk: place
            for crew in crews
            if (place := _place(crew)) is not None
        },
        events=tuple(latest_events(at, N_EVENTS)),
        words=tuple(urgent_words(at)),
        questions=tuple(
            Question(*row)
            for row in advice.late_or_nearly(at).values_list(
                "pk", "opened_at", "reply_by"
            )
        ),
    )


def urgent_words(at: datetime) -> list[WordRow]:
    """Return what residents have said of life and death and nobody has seen yet."""
    found = list(cases.urgent(since=at - WORDS_OF))
    said = cases.first_said([case for case in found if not case.is_sealed])
    return [
        WordRow(
            pk=case.pk,
            number=case.number,
            text=said[case.pk].text[:N_SIGNS] if case.pk in said else "",
            word=said[case.pk].pk if case.pk in said else None,
            since=case.opened_at,
            station=case.station.name if case.station else "",
            station_en=case.station.name_en if case.station else "",
            is_sealed=case.is_sealed,
        )
        for case in found
    ]


def _by_station(crew: Crew) -> tuple[str, str]:
    return crew.shift.station.code, crew.shift.code


def letters_of(shifts: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Give each crew of a night letters by which it can be called.

    One letter while there are few; else the first says the station. In the order in
    which crews were set up: a crew that is added later changes nobody's letters.

    >>> letters_of([(7, "S01"), (3, "S01")])
    {3: 'A', 7: 'B'}
    """
    keyed = sorted(shifts)
    if len(keyed) <= len(ascii_uppercase):
        return {shift: ascii_uppercase[n] for n, (shift, _station) in enumerate(keyed)}
    stations = sorted({station for _shift, station in keyed})
    n_in: dict[str, int] = defaultdict(int)
    letters = {}
    for shift, station in keyed:
        first = ascii_uppercase[stations.index(station) % 26]
        second = n_in[station]
        n_in[station] += 1
        tail = ascii_uppercase[second] if second < 26 else str(second)
        letters[shift] = first + tail
    return letters


def call_row(call: Call, sent: Sequence[Sent], arrivals: Sequence[datetime]) -> CallRow:
    """Return a call as the queue shows it; ``arrivals`` in order."""
    kind = call.call_class
    bands = []
    for _tier, within_s, n_units in (kind.bands if kind else None) or DEFAULT_NEED:
        bands.append(
            Band(
                minutes=round(within_s / 60),
                n_units=int(n_units),
                due_at=call.reported_at + timedelta(seconds=float(within_s)),
                met_at=arrivals[n_units - 1] if len(arrivals) >= n_units else None,
            )
        )
    return CallRow(
        pk=call.pk,
        number=call.number,
        name=kind.name if kind else "",
        name_en=kind.name_en if kind else "",
        urgency=call.urgency,
        status=call.status,
        place=call.place_text,
        station=call.station.code if call.station else "",
        restriction=call.restriction,
        reported_at=call.reported_at,
        lon=call.lon,
        lat=call.lat,
        bands=tuple(sorted(bands, key=lambda band: band.due_at)),
        sent=tuple(sent),
    )


def _unit_row(crew: Crew, letters: str, calls: Sequence[tuple[int, str]]) -> UnitRow:
    shift, standing = crew.shift, crew.standing
    return UnitRow(
        shift=shift.pk,
        letters=letters,
        code=shift.code,
        name=shift.name,
        station=shift.station.code,
        station_name=shift.station.name,
        mode=standing.mode or shift.mode,
        state=standing.state.value,
        since=standing.since,
        warn_after_s=standing.rule.warn_after_s,
        alarm_after_s=standing.rule.alarm_after_s,
        n_people=shift.n_sworn + shift.n_auxiliary,
        has_position=crew.point is not None,
        is_by_plan=crew.is_by_plan,
        calls=tuple(calls),
        declared=tuple(sorted(crew.declared)),
        stay=_stay(crew.stays),
    )


def _stay(
    stays: Sequence[Stay],
) -> tuple[str, str, datetime, datetime] | None:
    if not stays:
        return None
    first = stays[0]
    return first.name, first.name_en, first.begins_at, first.ends_at


def _place(crew: Crew) -> Place | None:
    if crew.point is None:
        return None
    seen = crew.shift.seen
    return Place(
        crew.point[0],
        crew.point[1],
        None if seen is None else seen.heading_deg,
        None if seen is None else seen.fixed_at,
    )


def latest_events(at: datetime, n_events: int) -> list[FeedRow]:
    """Return the newest lines of all logs, the newest first; two queries."""
    since = at - timedelta(hours=12)
    of_calls = (
        CallEvent.objects.filter(recorded_at__gte=since)
        .select_related("call__station", "dispatch__shift", "by")
        .order_by("-recorded_at", "-id")[:n_events]
    )
    of_crews = (
        DutyEntry.objects.filter(shift__night=tonight(at, ZONE), recorded_at__gte=since)
        .select_related("shift__station", "by")
        .order_by("-recorded_at", "-id")[:n_events]
    )
    rows = [
        *(of_call(event) for event in of_calls.select_related("corrected_by")),
        *(of_crew(entry) for entry in of_crews.select_related("corrected_by")),
    ]
    rows.sort(key=lambda row: (row.recorded_at, row.key), reverse=True)
    return rows[:n_events]


def of_call(event: CallEvent) -> FeedRow:
    """Return a line of a call's log; ``call``, ``dispatch``, ``by`` are at hand."""
    shift = event.dispatch.shift if event.dispatch else None
    unit = event.dispatch.unit_text if event.dispatch else ""
    return FeedRow(
        key=f"c{event.pk}",
        happened_at=event.happened_at,
        recorded_at=event.recorded_at,
        step=event.step,
        is_duty=False,
        is_corrected=hasattr(event, "corrected_by"),
        is_withdrawal=event.is_withdrawal,
        source=event.source,
        call=event.call_id,
        number=event.call.number,
        shift=shift.pk if shift else None,
        unit=shift.name if shift else unit,
        station=event.call.station.code if event.call.station else "",
        by=event.by.display_name if event.by else "",
        note=event.note,
    )


def of_crew(entry: DutyEntry) -> FeedRow:
    """Return a line of a crew's log; ``shift`` and ``by`` are at hand."""
    return FeedRow(
        key=f"d{entry.pk}",
        happened_at=entry.happened_at,
        recorded_at=entry.recorded_at,
        step=entry.step,
        is_duty=True,
        is_corrected=hasattr(entry, "corrected_by"),
        is_withdrawal=entry.is_withdrawal,
        source=entry.source,
        call=None,
        number="",
        shift=entry.shift_id,
        unit=entry.shift.name,
        station=entry.shift.station.code,
        by=entry.by.display_name if entry.by else "",
        note=entry.note,
    )
