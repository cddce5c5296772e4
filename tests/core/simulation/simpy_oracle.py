"""The same model told a second time, with SimPy: processes instead of an event loop.

Shares no code with the simulator but the description of city, fleet, calls and rules.
Units are processes that drive, work and are interrupted; who is where is worked out
with numpy for all units at once; expected cover is summed anew for each decision.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from xunfang.core.simulation.calls import Calls
from xunfang.core.simulation.city import City, Fleet
from xunfang.core.simulation.rules import Moves, Rules

type Floats = NDArray[np.float64]


@dataclass
class _Unit:
    home: int
    begin: int = 0
    end: int = 0
    left_s: float = 0.0
    ride_s: float = 0.0
    is_on_duty: bool = False
    is_free: bool = False
    post: int | None = None
    call: int | None = None
    job: Any = None
    off_at_s: float = np.inf
    on_since_s: float = 0.0
    ridden_s: float = 0.0
    relocating: bool = False


@dataclass
class Oracle:
    """Runs calls through a city."""

    city: City
    fleet: Fleet
    calls: Calls
    rules: Rules
    demand: Floats
    arrived_s: Floats = field(init=False)
    sent: list[tuple[int, int, float]] = field(default_factory=list)

    def run(self, until_s: float) -> Floats:
        """Return when somebody was at each call; NaN: nobody came."""
        self.env = simpy.Environment()
        self.arrived_s = np.full(len(self.calls), np.nan)
        self.waiting: list[tuple[int, int]] = []
        self.units = [_Unit(int(h)) for h in self.fleet.home]
        self.covers = [
            (self.city.turnout_s + table[self.city.post_place]) / self.city.target_s
            <= 1.0
            for table in self.city.travel_s
        ]
        for number, begins, ends in zip(
            self.fleet.duty_unit.tolist(),
            self.fleet.duty_from_s.tolist(),
            self.fleet.duty_to_s.tolist(),
            strict=True,
        ):
            self.env.process(self._duty(self.units[number], begins, ends))
        self.env.process(self._source())
        self.env.run(until=until_s)
        return self.arrived_s

    # What happens

    def _duty(self, unit: _Unit, begins: float, ends: float) -> Generator[Any]:
        yield self.env.timeout(begins)
        unit.is_on_duty, unit.off_at_s, unit.on_since_s = True, ends, begins
        unit.ridden_s = 0.0
        if unit.call is None:
            unit.begin = unit.end = int(self.city.post_place[unit.home])
            unit.ride_s = 0.0
            self._release(unit)
        if ends == np.inf:
            return
        yield self.env.timeout(ends - begins)
        unit.is_on_duty = False
        if unit.is_free:
            self._book(unit)
            unit.is_free, unit.post = False, None
            self._move_one()

    def _source(self) -> Generator[Any]:
        for call, at_s in enumerate(self.calls.at_s.tolist()):
            yield self.env.timeout(at_s - self.env.now)
            self._take(call)

    def _take(self, call: int) -> None:
        unit = self._best_for(call)
        if unit is None:
            self._wait(call)
            return
        turned = unit.call
        if turned is not None:
            unit.job.interrupt()
            self._wait(turned)
        self._send(unit, call)
        if turned is not None:
            while self.waiting:
                first = self.waiting[0][1]
                other = self._best_for(first, only_free=True)
                if other is None:
                    break
                self.waiting.pop(0)
                self._send(other, first)
        self._move_one()

    def _job(self, unit: _Unit, call: int) -> Generator[Any]:
        try:
            yield self.env.timeout(unit.ride_s)
        except simpy.Interrupt:
            return
        self.arrived_s[call] = self.env.now
        yield self.env.timeout(float(self.calls.service_s[call]))
        unit.call = None
        if unit.is_on_duty:
            self._release(unit)

    def _release(self, unit: _Unit) -> None:
        if self.waiting:
            self._send(unit, self.waiting.pop(0)[1], at_work=True)
            return
        self._go(unit, self._post_for(unit))

    def _go(self, unit: _Unit, post: int) -> None:
        unit.post, unit.is_free = post, True
        here, there = unit.end, int(self.city.post_place[post])
        self._leg(unit, here, there, float(self._table()[here, there]))
        unit.relocating = post != unit.home

    def _wait(self, call: int) -> None:
        self.waiting.append((int(self.calls.priority[call]), call))
        self.waiting.sort()

    def _send(self, unit: _Unit, call: int, *, at_work: bool = False) -> None:
        place = int(self.calls.place[call])
        if at_work:
            turnout_s, table_s = 0.0, float(self._table()[unit.end, place])
        else:
            soon_s, stands = self._arrivals(place)
            number = self.units.index(unit)
            turnout_s = self.city.turnout_s if stands[number] else 0.0
            table_s = float(soon_s[number]) - turnout_s
        begin = unit.begin if self._share(unit) < 0.5 else unit.end
        self.sent.append((call, self.units.index(unit), self.env.now))
        ride_s = turnout_s + table_s * float(self.calls.travel_factor[call])
        self._leg(unit, begin, place, ride_s)
        unit.is_free, unit.post, unit.call = False, None, call
        unit.job = self.env.process(self._job(unit, call))

    def _leg(self, unit: _Unit, begin: int, end: int, ride_s: float) -> None:
        self._book(unit)
        unit.begin, unit.end = begin, end
        unit.left_s, unit.ride_s = self.env.now, ride_s

    def _book(self, unit: _Unit) -> None:
        if unit.relocating:
            unit.ridden_s += self._share(unit) * unit.ride_s
        unit.relocating = False

    # Who is where

    def _hour(self) -> int:
        return int(self.env.now / 3600.0) % 168

    def _table(self) -> Floats:
        return self.city.travel_s[self.city.mode_of_hour[self._hour()]]

    def _share(self, unit: _Unit) -> float:
        done_s = self.env.now - unit.left_s
        return 1.0 if done_s >= unit.ride_s else done_s / unit.ride_s

    def _arrivals(self, place: int) -> tuple[Floats, NDArray[np.bool_]]:
        table = self._table()
        begin = np.array([u.begin for u in self.units])
        end = np.array([u.end for u in self.units])
        x = np.array([self._share(u) for u in self.units])
        free = np.array([u.is_free for u in self.units])
        a, b, d = table[begin, place], table[end, place], table[begin, end]
        square = (1.0 - x) * a * a + x * b * b - x * (1.0 - x) * d * d
        way = np.sqrt(np.maximum(square, 0.0))
        way = np.maximum(way, np.maximum(0.0, a - x * d))
        way = np.minimum(way, (1.0 - x) * d + b)
        stands = free & (x >= 1.0)
        way = np.where(x >= 1.0, b + np.where(stands, self.city.turnout_s, 0.0), way)
        return way, stands

    def _best_for(self, call: int, *, only_free: bool = False) -> _Unit | None:
        soon_s, _ = self._arrivals(int(self.calls.place[call]))
        soon_s = soon_s.copy()
        rule = self.rules.preemption
        urgent = rule is not None and self.calls.priority[call] <= rule.urgent_to
        for number, unit in enumerate(self.units):
            if unit.is_free:
                continue
            turnable = (
                rule is not None
                and urgent
                and not only_free
                and unit.call is not None
                and np.isnan(self.arrived_s[unit.call])
                and self.calls.priority[unit.call] >= rule.waits_from
            )
            soon_s[number] += rule.min_gain_s if turnable and rule else np.inf
        best = int(soon_s.argmin())
        return self.units[best] if np.isfinite(soon_s[best]) else None

    # Where to wait

    def _post_for(self, unit: _Unit) -> int:
        if self.rules.moves is Moves.HOME:
            return unit.home
        aims = self.rules.relocation
        if not unit.off_at_s - self.env.now > aims.rest_guard_s:
            return unit.home
        gains = self._gains_without(unit)
        ride_s = self._table()[unit.end, self.city.post_place]
        allowed = ride_s <= self._ride_left_s(unit)
        allowed[unit.home] = False
        if self.rules.moves is Moves.ALWAYS:
            worth = gains * np.maximum(0.0, 1.0 - aims.sent_per_h * ride_s / 3600.0)
            worth[unit.home] += aims.min_gain
            worth[~allowed & (np.arange(len(worth)) != unit.home)] = -1.0
            best = int(worth.argmax())
            return best if worth[best] > worth[unit.home] else unit.home
        if not allowed.any():
            return unit.home
        # To the last digit sums differ with their order: equal is equal to twelve.
        top = np.flatnonzero(allowed & (gains >= gains[allowed].max() - 1e-12))
        best = int(top[ride_s[top].argmin()])
        better = gains[best] > gains[unit.home] + aims.min_gain + 1e-12
        return best if better else unit.home

    def _ride_left_s(self, unit: _Unit) -> float:
        hours = (self.env.now - unit.on_since_s) / 3600.0
        cap_s = self.rules.relocation.cap_s_per_h * max(1.0, hours)
        return max(0.0, cap_s - unit.ridden_s)

    def _gains_without(self, unit: _Unit) -> Floats:
        """What the unit would add at each post, if it were nowhere now."""
        q = self.rules.relocation.busy_share
        covers = self.covers[self.city.mode_of_hour[self._hour()]]
        posts = [u.post for u in self.units if u.is_free and u is not unit]
        n_cover = covers[posts].sum(axis=0)
        return np.asarray(covers @ (self.demand[self._hour()] * (1 - q) * q**n_cover))

    def _move_one(self) -> None:
        """Move the unit that gains most by it, each reckoned anew without itself."""
        if self.rules.moves is not Moves.ALWAYS:
            return
        aims, best, mover, to = self.rules.relocation, 0.0, None, 0
        for unit in self.units:
            stands = unit.is_free and self._share(unit) >= 1.0
            if not stands or not unit.off_at_s - self.env.now > aims.rest_guard_s:
                continue
            gains = self._gains_without(unit)
            ride_s = self._table()[unit.end, self.city.post_place]
            there = np.maximum(0.0, 1.0 - aims.sent_per_h * ride_s / 3600.0)
            worth = there * gains - gains[unit.post] - aims.min_gain
            worth[ride_s > self._ride_left_s(unit)] = -1.0
            worth[unit.post] = -1.0
            # Less than this is the order in which numbers were summed.
            if worth.max() > best + 1e-12:
                best, mover, to = float(worth.max()), unit, int(worth.argmax())
        if mover is not None:
            self._go(mover, to)
