"""What speaks against publishing a plan: faults forbid it, warnings must be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xunfang.core.planning.plan import Route
from xunfang.core.planning.problem import Unit
from xunfang.patrols import queries
from xunfang.patrols.models import Plan
from xunfang.patrols.plans.figures import shortage_in
from xunfang.patrols.sheets.content import POSTS, NightRoster
from xunfang.patrols.wanted.lights import lights_of
from xunfang.units.models import Shift, Station
from xunfang.units.roster.night import Conflict

ZONE = ZoneInfo(settings.TIME_ZONE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks against it: a code for the record, facts for the words."""

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
    conflict: Conflict | None = None
    """What of the roster it is, where it is that."""

    @property
    def text(self) -> str:
        """What the duty officer reads."""
        if self.conflict is not None:
            return self.conflict.sentence
        n = int(self.facts.get("n", 1))
        return _sentence(self.code, n) % self.facts


@dataclass(frozen=True, slots=True)
class Findings:
    """All that speaks against publishing a plan."""

    faults: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


def look_over(*, plan: Plan, station: Station, roster: NightRoster) -> Findings:
    """Hold a plan against the roster, the orders and the lights of its night.

    A post is held by somebody with a name, and somebody with a name stands in: without
    both the post is not filled, whatever the plan says (定员定岗).
    """
    kept = queries.documents_by_id(plan.pk)
    shifts = {shift.code: shift for shift in roster.shifts.get(station.code, ())}
    routes = {route.unit: route for route in kept.routes.routes}
    faults: list[Finding] = []
    warnings: list[Finding] = []
    for conflict in roster.conflicts.get(station.code, ()):
        is_post_unsecured = conflict.code == "no_stand_in" and _holds_a_post(
            routes.get(conflict.shift.code)
        )
        is_fault = conflict.is_fault or is_post_unsecured
        found = Finding(conflict.code, conflict=conflict)
        (faults if is_fault else warnings).append(found)
    for unit in kept.problem.units:
        shift = shifts.get(unit.id)
        if shift is None:
            faults.append(Finding("crew_not_on_shift", {"crew": unit.id}))
            continue
        if _has_changed(unit, shift):
            warnings.append(Finding("crew_changed", {"crew": shift.name}))
    planned = {unit.id for unit in kept.problem.units}
    warnings += [
        Finding("crew_not_in_plan", {"crew": shift.name})
        for code, shift in shifts.items()
        if code not in planned
    ]
    if plan.n_unmet_mandatory:
        warnings.append(Finding("duties_missing", {"n": plan.n_unmet_mandatory}))
    if shortage_in(plan.figures) is not None:
        warnings.append(Finding("too_few"))
    if n_newer := queries.count_orders_after(station, plan.night, plan.made_at):
        warnings.append(Finding("orders_newer", {"n": n_newer}))
    lights = lights_of(kept.problem, station=station, night=plan.night, zone=ZONE)
    if lights.unlit:
        warnings.append(Finding("posts_unlit", {"n": len(lights.unlit)}))
    return Findings(tuple(faults), tuple(warnings))


def _holds_a_post(route: Route | None) -> bool:
    return route is not None and any(event.kind in POSTS for event in route.events)


def _has_changed(unit: Unit, shift: Shift) -> bool:
    """Say whether a crew is not any more what the plan was made for."""
    return (
        unit.shift != (shift.begins_min, shift.ends_min)
        or unit.mode != shift.mode
        or (unit.crew.sworn, unit.crew.auxiliary) != (shift.n_sworn, shift.n_auxiliary)
    )


def _sentence(code: str, n: int) -> str:
    return {
        "crew_not_on_shift": _(
            "The crew %(crew)s of the plan is not on shift any more: plan the night again."
        ),
        "crew_changed": _(
            "%(crew)s has changed since the plan was made: its times, people or vehicle."
        ),
        "crew_not_in_plan": _("%(crew)s is on shift, but not in the plan."),
        "duties_missing": ngettext(
            "%(n)d duty cannot be held.", "%(n)d duties cannot be held.", n
        ),
        "too_few": _("The duties need more people or crews than there are."),
        "orders_newer": ngettext(
            "%(n)d order was given or ended after this plan was made.",
            "%(n)d orders were given or ended after this plan was made.",
            n,
        ),
        "posts_unlit": ngettext(
            "%(n)d post stands in the dark without its light.",
            "%(n)d posts stand in the dark without their light.",
            n,
        ),
    }[code]
