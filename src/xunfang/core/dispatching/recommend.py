"""Which units could go to a call, in which order, and why: the list a person decides by.

Every unit on duty is in the list with what speaks for it, what sending it would cost and,
if it is not offered, what it lacks. The order, always the same for the same facts:

1. ready units; then those with a caution (status asks to think twice, position old);
   then resting ones, if this call may break a rest; last those that are not offered;
2. within each: the closest by road first. For a call that can wait (``LEAST_LOSS``):
   those in time first, and of these who takes least cover with it;
3. equals by unit number.

Nothing else counts: neither who has done how much nor patrol worth, which is shown only.
What is asked of the units of a call are tiers of force, each with its own minutes (the
rings of Hunan 2019 and Wuhan: station and street within one, county within three, city
within five), not one ring for all. How a list says what it lacks follows the dispatch
recommendations of Resgrid (``NoCandidates``, ``OutsideRadius``, ``LocationsTooStale``,
``UnitsNotStaffed``, ``AllInRestPeriod``), unit by unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from itertools import compress
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xunfang.core.dispatching.coverage import losses

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]

BANDS_S = (60.0, 180.0, 300.0)
"""One, three and five minutes."""


class Tier(IntEnum):
    """Whose units they are."""

    STREET = 1
    """Police station, post, street unit."""
    COUNTY = 2
    """County branch, brigade."""
    CITY = 3


class Dispatchable(IntEnum):
    """Whether the unit's status lets it be sent."""

    NO = 0
    WARN = 1
    """It may, after a second thought: on its way back, on an errand that can wait."""
    YES = 2


_TIERS = {int(tier): tier for tier in Tier}
_STATES = {int(state): state for state in Dispatchable}


class Order(StrEnum):
    """By what the units are ordered."""

    CLOSEST = "closest"
    LEAST_LOSS = "least_loss"


class Reason(StrEnum):
    """What speaks for a unit that is offered, or what sending it means."""

    CLOSEST_BY_ROAD = "closest_by_road"
    LEAST_COVER_LOST = "least_cover_lost"
    FORCE_ASKED_FOR = "force_asked_for"
    IN_BAND = "in_band"
    MEETS_NEEDS = "meets_needs"
    LATE_FOR_BAND = "late_for_band"
    STATUS_WARNS = "status_warns"
    POSITION_OLD = "position_old"
    REST_BROKEN = "rest_broken"
    PATROL_BROKEN = "patrol_broken"


class Shortfall(StrEnum):
    """Why a unit is not offered, or a force not complete."""

    NOT_DISPATCHABLE = "not_dispatchable"
    NOT_STAFFED = "not_staffed"
    NO_SWORN_OFFICER = "no_sworn_officer"
    NEED_NOT_DECLARED = "need_not_declared"
    RESTING = "resting"
    POSITION_TOO_OLD = "position_too_old"
    NO_WAY = "no_way"
    OUTSIDE_RADIUS = "outside_radius"
    # Of a force only.
    NO_CANDIDATES = "no_candidates"
    OUTSIDE_BAND = "outside_band"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a station has laid down for its list."""

    position_old_after_s: float = 300.0
    """From here on a position is a caution."""
    position_unknown_after_s: float = 1800.0
    """From here on nobody knows where the unit is."""
    min_people: int = 2
    min_sworn: int = 1
    """Auxiliaries never go without."""
    max_arrival_s: float = np.inf
    """Whoever is farther is not offered."""
    bands_s: tuple[float, ...] = BANDS_S
    """Rising. In which of them a unit arrives is shown with it."""


@dataclass(frozen=True, slots=True)
class Units:
    """All units on duty or not at one moment; one entry for each in every array.

    Raises
    ------
    ValueError
        Shapes disagree, numbers repeat, a tier or a status is none, a time is
        negative or not a number.
    """

    number: Ints
    """``(n_units,)``: settles what is equal otherwise; each once."""
    arrival_s: Floats
    """By road from where it is, turnout included; infinite: no way."""
    is_on_duty: Bools
    """Off duty is not listed at all."""
    dispatchable: Ints
    """`Dispatchable`."""
    tier: Ints
    """`Tier`."""
    n_sworn: Ints
    n_auxiliaries: Ints
    position_age_s: Floats
    """Infinite: never seen. 0 for a unit at a post it has not left."""
    is_resting: Bools
    patrol_min_lost: Floats
    """Minutes of patrol duty that sending it would break off; shown, not counted."""
    patrol_worth_lost: Floats
    """The same in worth of the plan."""
    declared: Bools
    """``(n_units, n_needs)``: what the unit declared for tonight, such as a woman
    officer, a dialect, a skill."""

    def __post_init__(self) -> None:
        n_units = len(self.number)
        for name in self.__slots__:
            column = getattr(self, name)
            if column.shape != (n_units,) and name != "declared":
                raise ValueError(f"{name} must be ({n_units},)")
        if self.declared.ndim != 2 or len(self.declared) != n_units:
            raise ValueError(f"declared must be ({n_units}, n_needs)")
        if len(np.unique(self.number)) != n_units:
            raise ValueError("unit numbers must differ")
        if not np.isin(self.tier, list(Tier)).all():
            raise ValueError("tiers must be those of Tier")
        if not np.isin(self.dispatchable, list(Dispatchable)).all():
            raise ValueError("dispatchable must be one of Dispatchable")
        times = (self.arrival_s, self.position_age_s, self.patrol_min_lost)
        if not all((time >= 0).all() for time in times):
            raise ValueError("times must be numbers and not negative")


@dataclass(frozen=True, slots=True)
class Requirement:
    """So many units of one tier of force, within so many seconds."""

    tier: Tier
    n_units: int
    within_s: float


@dataclass(frozen=True, slots=True)
class Call:
    """What a call's class asks for."""

    requirements: tuple[Requirement, ...]
    """One for a tier at most, the first to arrive first."""
    needs: tuple[int, ...] = ()
    """Columns of ``Units.declared`` that every unit sent must have."""
    may_break_rest: bool = False
    order: Order = Order.CLOSEST


@dataclass(frozen=True, slots=True)
class Cover:
    """What units cover where they are now."""

    travel_s: Floats
    """``(n_units, n_cells)``: by road from each unit to each cell."""
    demand: Floats
    """``(n_cells,)``: share of calls by cell, sum 1."""
    within_s: float
    busy_share: float
    """q in [0, 1): how likely a unit that is free now is busy when it is wanted."""


@dataclass(frozen=True, slots=True)
class Option:
    """One unit in the list."""

    number: int
    tier: Tier
    dispatchable: Dispatchable
    is_offered: bool
    is_suggested: bool
    """Among those that make up the force asked for."""
    arrival_s: float | None
    """None: no way."""
    band_s: float | None
    """The narrowest band in which it arrives. None: later than all."""
    position_age_s: float | None
    """None: never seen."""
    reasons: tuple[Reason, ...]
    shortfalls: tuple[Shortfall, ...]
    cover_lost_share: float
    """Share of the demand that loses cover if it goes."""
    patrol_min_lost: float
    patrol_worth_lost: float


@dataclass(frozen=True, slots=True)
class Force:
    """Whether the units of one tier suffice."""

    requirement: Requirement
    suggested: tuple[int, ...]
    """Unit numbers in the order of the list."""
    n_missing: int
    n_late: int
    """Of those suggested."""
    why: tuple[tuple[Shortfall, int], ...]
    """What keeps the tier's other units away, and how many units each."""

    @property
    def is_complete(self) -> bool:
        return not self.n_missing and not self.n_late


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The list. A person decides; what is chosen is kept with the list it was from."""

    options: tuple[Option, ...]
    """Every unit on duty, in order."""
    forces: tuple[Force, ...]
    """One for each requirement."""
    offered: tuple[Option, ...] = field(init=False)

    def __post_init__(self) -> None:
        offered = tuple(option for option in self.options if option.is_offered)
        object.__setattr__(self, "offered", offered)


def recommend(
    call: Call,
    units: Units,
    *,
    cover: Cover | None = None,
    limits: Limits | None = None,
) -> Recommendation:
    """Return all units on duty in the order in which they should be thought of.

    Parameters
    ----------
    call
        What is asked for.
    units
        Who is where in what state, arrivals from a table routed by road.
    cover
        What each unit covers now; None: no cover is counted as lost.
    limits
        What the station has laid down; None: the usual.

    Raises
    ------
    ValueError
        ``cover`` does not fit ``units``, a need has no column, or a tier is asked for
        twice.
    """
    limits = limits or Limits()
    _check(call, units, cover)
    facts = _facts(call, units, cover, limits)
    forces = tuple(_force(wanted, units, facts) for wanted in call.requirements)
    return Recommendation(_options(call, units, facts, forces, limits), forces)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was found out, by place of a unit in the arrays."""

    lacks: dict[Shortfall, Bools]
    is_offered: Bools
    is_asked: Bools
    """Its tier is asked for."""
    is_late: Bools
    """For what is asked of its tier; other tiers for the widest that is asked."""
    is_old: Bools
    lost: Floats
    order: Ints


def _facts(call: Call, units: Units, cover: Cover | None, limits: Limits) -> _Facts:
    lacks = _lacks(call, units, limits)
    is_offered = units.is_on_duty & ~np.any(list(lacks.values()), axis=0)
    within_s = np.full(
        len(units.number), max((r.within_s for r in call.requirements), default=np.inf)
    )
    is_asked = np.zeros(len(units.number), dtype=np.bool_)
    for wanted in call.requirements:
        within_s[units.tier == wanted.tier] = wanted.within_s
        is_asked |= units.tier == wanted.tier
    is_late = units.arrival_s > within_s
    is_old = units.position_age_s > limits.position_old_after_s
    lost = np.zeros(len(units.number))
    if cover is not None:
        covers = (cover.travel_s <= cover.within_s) & is_offered[:, None]
        lost = losses(covers, cover.demand, busy_share=cover.busy_share)
    caution = np.select(
        [
            ~is_offered,
            units.is_resting,
            is_old | (units.dispatchable != Dispatchable.YES),
        ],
        [3, 2, 1],
        default=0,
    )
    # The last key weighs most.
    keys: list[NDArray[Any]] = [units.number, units.arrival_s]
    if call.order is Order.LEAST_LOSS:
        keys += [np.where(is_late, 0.0, lost), is_late]
    order = np.lexsort([*keys, caution])
    order = order[units.is_on_duty[order]]
    return _Facts(lacks, is_offered, is_asked, is_late, is_old, lost, order)


def _lacks(call: Call, units: Units, limits: Limits) -> dict[Shortfall, Bools]:
    has_needs = units.declared[:, list(call.needs)].all(axis=1)
    has_way = np.isfinite(units.arrival_s)
    return {
        Shortfall.NOT_DISPATCHABLE: units.dispatchable == Dispatchable.NO,
        Shortfall.NO_SWORN_OFFICER: units.n_sworn < limits.min_sworn,
        Shortfall.NOT_STAFFED: units.n_sworn + units.n_auxiliaries < limits.min_people,
        Shortfall.NEED_NOT_DECLARED: ~has_needs,
        Shortfall.RESTING: units.is_resting & (not call.may_break_rest),
        Shortfall.POSITION_TOO_OLD: units.position_age_s
        > limits.position_unknown_after_s,
        Shortfall.NO_WAY: ~has_way,
        Shortfall.OUTSIDE_RADIUS: has_way & (units.arrival_s > limits.max_arrival_s),
    }


def _options(
    call: Call, units: Units, facts: _Facts, forces: tuple[Force, ...], limits: Limits
) -> tuple[Option, ...]:
    order = facts.order
    suggested = {number for force in forces for number in force.suggested}
    bands_s = np.append(limits.bands_s, np.inf)
    arrival_s = units.arrival_s[order]
    # Lists, not arrays: cell by cell they are read many times faster.
    columns = (
        units.number,
        units.tier,
        units.dispatchable,
        facts.is_offered,
        units.position_age_s,
        facts.lost,
        units.patrol_min_lost,
        units.patrol_worth_lost,
    )
    return tuple(
        Option(
            number=number,
            tier=_TIERS[tier],
            dispatchable=_STATES[state],
            is_offered=is_offered,
            is_suggested=number in suggested,
            arrival_s=_known(reached_s),
            band_s=_known(band_s),
            position_age_s=_known(age_s),
            reasons=reasons,
            shortfalls=shortfalls,
            cover_lost_share=lost,
            patrol_min_lost=minutes,
            patrol_worth_lost=worth,
        )
        for (
            (number, tier, state, is_offered, age_s, lost, minutes, worth),
            reached_s,
            band_s,
            reasons,
            shortfalls,
        ) in zip(
            zip(*(column[order].tolist() for column in columns), strict=True),
            arrival_s.tolist(),
            bands_s[np.searchsorted(limits.bands_s, arrival_s)].tolist(),
            _codes(_says(call, units, facts), order),
            _codes(facts.lacks, order),
            strict=True,
        )
    )


def _codes[Code: StrEnum](
    holds: dict[Code, Bools], order: Ints
) -> Iterator[tuple[Code, ...]]:
    """Yield, for each unit in order, the codes that hold of it."""
    codes = tuple(holds)
    table = np.array(list(holds.values()))[:, order]
    return (tuple(compress(codes, column)) for column in table.T.tolist())


def _force(wanted: Requirement, units: Units, facts: _Facts) -> Force:
    in_tier = facts.order[units.tier[facts.order] == wanted.tier]
    offered = in_tier[facts.is_offered[in_tier]]
    suggested = offered[: wanted.n_units]
    why = [
        (shortfall, int(holds[in_tier].sum()))
        for shortfall, holds in facts.lacks.items()
        if holds[in_tier].any()
    ]
    if not len(in_tier):
        why.append((Shortfall.NO_CANDIDATES, 0))
    n_late = int(facts.is_late[suggested].sum())
    if n_late:
        why.append((Shortfall.OUTSIDE_BAND, n_late))
    n_missing = wanted.n_units - len(suggested)
    return Force(
        requirement=wanted,
        suggested=tuple(units.number[suggested].tolist()),
        n_missing=n_missing,
        n_late=n_late,
        why=tuple(why) if n_missing or n_late else (),
    )


def _says(call: Call, units: Units, facts: _Facts) -> dict[Reason, Bools]:
    """Return what is said of the units that are offered; of the others, what they lack."""
    offered = facts.is_offered
    in_time = offered & ~facts.is_late
    least_loss = np.zeros(len(units.number), dtype=np.bool_)
    if call.order is Order.LEAST_LOSS:
        least_loss = _least(facts.lost, in_time)
    says = {
        Reason.CLOSEST_BY_ROAD: _least(units.arrival_s, offered),
        Reason.LEAST_COVER_LOST: least_loss,
        Reason.FORCE_ASKED_FOR: facts.is_asked,
        Reason.IN_BAND: facts.is_asked & in_time,
        Reason.MEETS_NEEDS: np.full(len(offered), len(call.needs) > 0),
        Reason.LATE_FOR_BAND: facts.is_asked & facts.is_late,
        Reason.STATUS_WARNS: units.dispatchable == Dispatchable.WARN,
        Reason.POSITION_OLD: facts.is_old,
        Reason.REST_BROKEN: units.is_resting,
        Reason.PATROL_BROKEN: units.patrol_min_lost > 0,
    }
    return {reason: holds & offered for reason, holds in says.items()}


def _least(values: Floats, among: Bools) -> Bools:
    if not among.any():
        return among
    return np.asarray(among & (values == values[among].min()), dtype=np.bool_)


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _check(call: Call, units: Units, cover: Cover | None) -> None:
    tiers = [wanted.tier for wanted in call.requirements]
    if len(set(tiers)) != len(tiers):
        raise ValueError("a tier of force is asked for twice")
    n_needs = units.declared.shape[1]
    if not all(0 <= need < n_needs for need in call.needs):
        raise ValueError(f"needs must be columns of declared, below {n_needs}")
    shape = (len(units.number), -1 if cover is None else len(cover.demand))
    if cover is not None and cover.travel_s.shape != shape:
        raise ValueError(f"travel_s must be {shape}")
