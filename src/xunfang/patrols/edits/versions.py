"""The editions of a night: who made each and why, and what changed between two."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from xunfang.accounts.models import User
from xunfang.core.planning.compare import Change, Key, Pair, Stay, pair_up
from xunfang.core.planning.edits import base_key
from xunfang.core.planning.plan import Plan
from xunfang.patrols import queries, wording
from xunfang.patrols.board.night import place_of
from xunfang.patrols.edits.page import what_was_done
from xunfang.patrols.models import NightEdit
from xunfang.patrols.models import Plan as Edition
from xunfang.patrols.plans.stays import stays
from xunfang.units.models import Station

MOST_OPEN = 6
"""So many lines of what changed are shown at once; more are folded."""


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One edition of the night."""

    edition: int
    is_current: bool
    who: str
    at: datetime
    why: tuple[str, ...]
    value: float
    n_unmet: int
    n_unmet_mandatory: int


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What became of one stay."""

    change: Change
    place: str
    before: str
    """Crew and time; empty where it was not."""
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one edition to another."""

    before: int
    after: int
    rows: tuple[ChangeRow, ...]
    n_added: int
    n_dropped: int
    n_moved: int
    n_shifted: int
    value: float
    n_unmet: int
    n_unmet_mandatory: int
    now_unmet: tuple[str, ...]
    """What the later edition leaves undone and the earlier did not; duties first."""
    now_met: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return len(self.rows) <= MOST_OPEN


@dataclass(frozen=True, slots=True)
class SideRow:
    """Two stays side by side; one of them may be missing."""

    change: Change
    before: str
    after: str
    note: str
    """Where it went, or where it came from."""


@dataclass(frozen=True, slots=True)
class UnitSides:
    """One crew's night in two editions."""

    name: str
    rows: tuple[SideRow, ...]

    @property
    def n_changes(self) -> int:
        return sum(row.change is not Change.SAME for row in self.rows)


def edition_rows(
    user: User, station: Station, night: date, crews: Mapping[str, str]
) -> list[EditionRow]:
    """Lay out every edition of a night, the newest first; two queries."""
    editions = list(
        queries.visible_to(user)
        .filter(station=station, night=night)
        .select_related("made_by")
        .defer("problem", "plan", "drawing", "figures", "response", "variation")
        .order_by("edition")
    )
    edits = list(NightEdit.objects.of_night(station, night))
    rows, known = [], 0
    for edition in editions:
        rows.append(
            EditionRow(
                edition=edition.edition,
                is_current=edition.is_current,
                who="" if edition.made_by is None else edition.made_by.display_name,
                at=edition.made_at,
                why=tuple(_why(edition, edits, known, crews)),
                value=edition.value,
                n_unmet=edition.n_unmet,
                n_unmet_mandatory=edition.n_unmet_mandatory,
            )
        )
        known = max(known, edition.n_changes)
    return rows[::-1]


def _why(
    edition: Edition, edits: list[NightEdit], known: int, crews: Mapping[str, str]
) -> Iterator[str]:
    if edition.restores is not None:
        yield _("Edition %(n)d put back in force.") % {"n": edition.restores}
        return
    is_edited = False
    # What was locked and then moved was not undone: the move took its place.
    replaced = {row.made_no for row in edits}
    for row in edits:
        if known < row.made_no <= edition.n_changes:
            is_edited = True
            yield what_was_done(row, crews)
        elif known < (row.undone_no or 0) <= edition.n_changes and (
            row.undone_no not in replaced
        ):
            is_edited = True
            yield _("Undone: %(what)s") % {"what": what_was_done(row, crews)}
    if not is_edited:
        yield _("Planned.")


def difference(
    user: User,
    station: Station,
    night: date,
    *,
    before: int,
    after: int,
    crews: Mapping[str, str],
) -> Difference | None:
    """Say what changed between two editions; None where one of them is missing."""
    two = _two(user, station, night, before, after)
    if two is None:
        return None
    earlier, later = two
    old, new = _docs(earlier), _docs(later)
    names = _names(old) | _names(new)
    rows = tuple(
        ChangeRow(
            change=pair.change,
            place=names.get(pair.key, pair.key[1]),
            before=_where(pair.before, crews),
            after=_where(pair.after, crews),
        )
        for pair in pairs_between(earlier.pk, later.pk)
        if pair.change is not Change.SAME
    )
    counts = Counter(row.change for row in rows)
    unmet_before, unmet_after = _unmet(old.routes), _unmet(new.routes)
    return Difference(
        before=before,
        after=after,
        rows=rows,
        n_added=counts[Change.ADDED],
        n_dropped=counts[Change.DROPPED],
        n_moved=counts[Change.MOVED],
        n_shifted=counts[Change.SHIFTED],
        value=round(later.value - earlier.value, 1),
        n_unmet=later.n_unmet - earlier.n_unmet,
        n_unmet_mandatory=later.n_unmet_mandatory - earlier.n_unmet_mandatory,
        now_unmet=_named(unmet_after, unmet_before, names),
        now_met=_named(unmet_before, unmet_after, names),
    )


def sides(
    user: User,
    station: Station,
    night: date,
    *,
    before: int,
    after: int,
    crews: Mapping[str, str],
) -> list[UnitSides]:
    """Lay two editions side by side, crew by crew, stays that are the same in one row."""
    two = _two(user, station, night, before, after)
    if two is None:
        return []
    earlier, later = two
    pairs = pairs_between(earlier.pk, later.pk)
    names = _names(_docs(earlier)) | _names(_docs(later))
    units = dict.fromkeys(
        route.unit
        for kept in (_docs(earlier), _docs(later))
        for route in kept.routes.routes
    )
    return [
        UnitSides(
            crews.get(unit, unit),
            tuple(_side_rows(unit, pairs, names, crews)),
        )
        for unit in units
    ]


def _side_rows(
    unit: str,
    pairs: tuple[Pair, ...],
    names: Mapping[Key, str],
    crews: Mapping[str, str],
) -> Iterator[SideRow]:
    mine = [
        pair
        for pair in pairs
        if unit in {stay[0] for stay in (pair.before, pair.after) if stay is not None}
    ]

    def moment(pair: Pair) -> int:
        own = [s for s in (pair.after, pair.before) if s is not None and s[0] == unit]
        return own[0][1].start

    for pair in sorted(mine, key=moment):
        place = names.get(pair.key, pair.key[1])
        here = [s is not None and s[0] == unit for s in (pair.before, pair.after)]
        note = ""
        if pair.change is Change.MOVED and pair.after and pair.before:
            other = pair.after[0] if here[0] else pair.before[0]
            name = crews.get(other, other)
            note = (
                _("now with %(crew)s") % {"crew": name}
                if here[0]
                else _("was with %(crew)s") % {"crew": name}
            )
        yield SideRow(
            pair.change,
            _side(pair.before, place) if here[0] else "",
            _side(pair.after, place) if here[1] else "",
            note,
        )


def _side(stay: Stay | None, place: str) -> str:
    if stay is None:
        return ""
    event = stay[1]
    return f"{wording.clock(event.start)}–{wording.clock(event.end)} {place}"


def _two(
    user: User, station: Station, night: date, before: int, after: int
) -> tuple[Edition, Edition] | None:
    found = {
        plan.edition: plan
        for plan in queries.visible_to(user)
        .filter(station=station, night=night, edition__in=[before, after])
        .defer("problem", "plan", "drawing", "figures", "response", "variation")
    }
    if before not in found or after not in found:
        return None
    return found[before], found[after]


def _docs(plan: Edition) -> queries.Documents:
    return queries.documents_by_id(plan.pk)


@lru_cache(maxsize=64)
def pairs_between(before: int, after: int) -> tuple[Pair, ...]:
    """Kept plans never change, so neither does what is between two of them."""
    return pair_up(
        *(_stays(queries.documents_by_id(pk).routes) for pk in (before, after))
    )


def _stays(plan: Plan) -> list[Stay]:
    return [
        (route.unit, event) for route in plan.routes for _number, event in stays(route)
    ]


def _names(kept: queries.Documents) -> dict[Key, str]:
    names = {}
    for (kind, id_), reason in kept.reasons.items():
        key = base_key(kind, id_)
        names[key] = place_of(key[0], key[1], reason)
    return names


def _unmet(plan: Plan) -> dict[Key, bool]:
    """What a plan leaves undone, and whether it is a duty."""
    unmet: dict[Key, bool] = {}
    for lack in plan.unmet:
        key = base_key(lack.kind, lack.id)
        unmet[key] = unmet.get(key, False) or lack.mandatory
    return unmet


def _named(
    here: dict[Key, bool], there: dict[Key, bool], names: Mapping[Key, str]
) -> tuple[str, ...]:
    only = [
        (not duty, names.get(key, key[1]))
        for key, duty in here.items()
        if key not in there
    ]
    return tuple(
        name if is_wish else _("duty: %(name)s") % {"name": name}
        for is_wish, name in sorted(only)
    )


def _where(stay: Stay | None, crews: Mapping[str, str]) -> str:
    if stay is None:
        return ""
    unit, event = stay
    return f"{crews.get(unit, unit)} {wording.clock(event.start)}"
