"""Quantities as people say them, kept in one unit: 30,000 jin are 15,000 kg.

Exact in decimal, but for mu: a mu is 2000/3 m², kept to the thousandth of a square metre.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction

from xunfang.core.errors import DomainError

LARGEST = Decimal(10) ** 9
"""More than that of anything is a slip of the finger."""
_KEPT = Decimal("0.001")


class QuantityImpossible(DomainError):
    """Nothing, less than nothing, or more than a district grows."""

    code = "casework.quantity_impossible"


class Base(StrEnum):
    """In what a quantity is kept. Values are stored: never rename one."""

    KILOGRAM = "kg"
    SQUARE_METRE = "m2"
    LITRE = "l"
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that people say, and what one of it is."""

    base: Base
    factor: Fraction


UNITS: Mapping[str, Unit] = {
    "jin": Unit(Base.KILOGRAM, Fraction(1, 2)),
    "kg": Unit(Base.KILOGRAM, Fraction(1)),
    "dan": Unit(Base.KILOGRAM, Fraction(50)),
    "tonne": Unit(Base.KILOGRAM, Fraction(1000)),
    "mu": Unit(Base.SQUARE_METRE, Fraction(2000, 3)),
    "m2": Unit(Base.SQUARE_METRE, Fraction(1)),
    "hectare": Unit(Base.SQUARE_METRE, Fraction(10_000)),
    "litre": Unit(Base.LITRE, Fraction(1)),
    "head": Unit(Base.PIECE, Fraction(1)),
    "piece": Unit(Base.PIECE, Fraction(1)),
}
"""By the code that is stored beside what somebody said."""


def in_base(quantity: Decimal, unit: str) -> Decimal:
    """Return a quantity in the unit it is kept in, to the thousandth.

    >>> in_base(Decimal(30000), "jin")
    Decimal('15000.000')
    >>> in_base(Decimal(3), "mu")
    Decimal('2000.000')

    Raises
    ------
    QuantityImpossible
    """
    if not quantity.is_finite() or not 0 < quantity <= LARGEST:
        raise QuantityImpossible(f"{quantity} {unit}")
    exact = Fraction(quantity) * UNITS[unit].factor
    kept = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        _KEPT, ROUND_HALF_EVEN
    )
    if not kept:
        raise QuantityImpossible(f"{quantity} {unit}")
    return kept


def are_comparable(unit: str, other: str) -> bool:
    """Say whether two units measure the same kind of thing.

    >>> are_comparable("jin", "tonne"), are_comparable("jin", "mu")
    (True, False)
    """
    return UNITS[unit].base is UNITS[other].base
