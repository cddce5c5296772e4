"""A campaign comes on top of the daily patrol."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.layers import (
    BaselineReduced,
    CellSlot,
    Layer,
    Shortfall,
    lay_over,
    shortfalls,
)

NIGHT_MARKET = CellSlot("G-017", 1200, 1260)
RIVERSIDE = CellSlot("G-018", 1200, 1260)
BASELINE = Layer("daily", {NIGHT_MARKET: 120, RIVERSIDE: 60})


@pytest.mark.row("A07")
def test_an_overlay_that_removes_baseline_officers_is_refused_with_cell_and_shortfall():
    campaign = Layer("Thunder", {NIGHT_MARKET: 120, RIVERSIDE: -30})

    with pytest.raises(BaselineReduced) as refused:
        lay_over(BASELINE, campaign)

    assert refused.value.shortfalls == (Shortfall(RIVERSIDE, 60, 30),)
    assert refused.value.shortfalls[0].missing_min == 30
    assert refused.value.code == "planning.baseline_reduced"
    assert "G-018 30 officer minutes short" in str(refused.value)


@pytest.mark.row("A07")
def test_an_overlay_that_adds_key_segments_and_hours_is_laid_on_top():
    later = CellSlot("G-017", 1260, 1320)

    together = lay_over(BASELINE, Layer("Thunder", {NIGHT_MARKET: 60, later: 90}))

    assert together == Layer(
        "daily + Thunder", {NIGHT_MARKET: 180, RIVERSIDE: 60, later: 90}
    )


def test_nobody_can_be_taken_from_where_nobody_is():
    nowhere = CellSlot("G-099", 0, 60)

    with pytest.raises(BaselineReduced) as refused:
        lay_over(BASELINE, Layer("Thunder", {nowhere: -1}))

    assert refused.value.shortfalls == (Shortfall(nowhere, 0, -1),)


cells = st.sampled_from([CellSlot(f"G-{n}", 0, 60) for n in range(4)])


@given(
    st.dictionaries(cells, st.integers(0, 200)),
    st.dictionaries(cells, st.integers(-50, 200)),
)
def test_whatever_is_accepted_has_nowhere_less_than_the_baseline(baseline, overlay):
    takes = any(minutes < 0 for minutes in overlay.values())
    try:
        together = lay_over(Layer("b", baseline), Layer("o", overlay))
    except BaselineReduced:
        assert takes
        return

    assert not takes
    assert shortfalls(baseline, together.officer_minutes) == ()
