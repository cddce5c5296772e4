"""Bands of hours follow the shifts in which crews were to be out."""

from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.shift_bands import BAND_HOURS, Band, bands_of_shifts

SHIFTS = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(1, 880)).map(lambda s: (s[0], sum(s))),
    max_size=8,
)


def hours(*shifts: tuple[int, int]) -> list[int]:
    return [band.first_hour for band in bands_of_shifts(shifts)]


def test_evening_has_the_three_bands_it_always_had():
    assert bands_of_shifts([(18 * 60, 27 * 60)]) == (
        Band(18, ((1080, 1260),)),
        Band(21, ((1260, 1440),)),
        Band(24, ((1440, 1620),)),
    )


def test_day_shift_and_night_shift_leave_out_the_hours_between():
    """08:30-16:00 and 19:00-02:00: 30 min of 06-09 are too few, one hour of 15-18 is not."""
    bands = bands_of_shifts([(19 * 60, 26 * 60), (510, 960)])

    assert [band.first_hour for band in bands] == [9, 12, 15, 18, 21, 24]
    assert [band.out_min for band in bands if not band.is_whole] == [
        ((900, 960),),
        ((1140, 1260),),
        ((1440, 1560),),
    ]


def test_two_crews_in_turn_are_out_together_for_as_long_as_both():
    """18:00-18:30 and 20:15-20:45 are an hour; the second crew at the same time adds none."""
    assert hours((1080, 1110), (1215, 1245)) == [18]
    assert hours((1080, 1110), (1085, 1110)) == []


def test_nobody_out_has_no_band():
    assert bands_of_shifts([]) == ()


@given(SHIFTS)
def test_bands_lie_apart_and_hold_what_somebody_was_to_be_out(shifts):
    bands = bands_of_shifts(shifts)

    out = {minute for begins, ends in shifts for minute in range(begins, ends)}
    in_band = {}
    for minute in out:
        in_band.setdefault(minute // (60 * BAND_HOURS) * BAND_HOURS, set()).add(minute)
    assert {
        band.first_hour: {
            m for begins, ends in band.out_min for m in range(begins, ends)
        }
        for band in bands
    } == {first: minutes for first, minutes in in_band.items() if len(minutes) >= 60}
