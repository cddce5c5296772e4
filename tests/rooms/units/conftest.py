"""Linhe's station with its people, and who signs in at its duty desk."""

import pytest

from tests.factories.people import assign
from tests.factories.rosters import Linhe
from xunfang.units.models import Part


@pytest.fixture
def linhe(db):
    return Linhe()


@pytest.fixture
def full(linhe):
    """A crew of one and one that is held, with a stand-in."""
    shift = linhe.crew(n_sworn=1, n_auxiliary=1)
    assign(shift, linhe.sworn[0])
    assign(shift, linhe.auxiliaries[0])
    assign(shift, linhe.sworn[1], Part.STAND_IN)
    return shift
