"""A post in the dark says when its light is on."""

import pytest

from xunfang.core.planning.problem import Post
from xunfang.core.planning.visibility import UnlitPost, unlit_posts

DARK = (1140, 1800)  # 19:00 to 06:00


@pytest.mark.row("A13")
def test_a_night_post_without_a_light_window_is_flagged():
    gate, market = Post("gate", 0, (960, 1020)), Post("market", 1, (1200, 1320))

    flagged = unlit_posts((gate, market), {}, dark=DARK)

    assert flagged == (UnlitPost("market", (1200, 1320), ((1200, 1320),)),)
    assert flagged[0].has_no_light_window


@pytest.mark.row("A13")
def test_a_night_post_that_is_lit_all_along_is_not_flagged():
    market = Post("market", 1, (1100, 1320))

    assert (
        unlit_posts((market,), {"market": [(1140, 1200), (1190, 1400)]}, dark=DARK)
        == ()
    )


def test_the_parts_without_light_are_named():
    """Dark from 19:00 on; lit 20:00-20:30 and 21:00-21:30 of 18:30-22:00."""
    market = Post("market", 1, (1110, 1320))

    (flagged,) = unlit_posts(
        (market,), {"market": [(1260, 1290), (1200, 1230)]}, dark=DARK
    )

    assert flagged == UnlitPost(
        "market", (1140, 1320), ((1140, 1200), (1230, 1260), (1290, 1320))
    )
    assert not flagged.has_no_light_window
