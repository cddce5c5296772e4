"""110's sheets come in once each, whatever is sent how often; what is wrong is set aside."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import calls as factory
from tests.factories.calls import sheet_110
from tests.factories.linhe_city import add_station
from tests.rooms.calls.conftest import NOW
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls import log, services
from xunfang.calls.mirror import importing
from xunfang.calls.mirror import services as mirror
from xunfang.calls.models import (
    Call,
    CallerWords,
    CallEvent,
    CallImport,
    CallSetAside,
    Dispatch,
)
from xunfang.core.dispatching.sheets import Source, Step
from xunfang.units.models import Station
from xunfang.web.tables import ColumnsMissing, write_csv, write_xlsx

pytestmark = pytest.mark.django_db

LINE = sheet_110(
    "3701", "东街组", bj="20:00:00", jj="20:00:06", wc="20:01:00", pj="20:01:30"
) | {"报警内容": "河边有人打架", "警情地址": "滨河路8号", "联系电话": "13800000001"}
WHOLE = LINE | sheet_110(
    "3701",
    "东街组",
    qs="20:01:50",
    dd="20:06:10",
    wb="20:31:00",
    fk="20:40:00",
    ja="21:00:00",
)


def evening(text: str) -> datetime:
    """A time of the evening of 14 August in Linhe, UTC."""
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return datetime(2026, 8, 14, hours - 8, minutes, seconds, tzinfo=UTC)


def counts(done: CallImport) -> tuple[int, int, int, int, int]:
    return done.n_new, done.n_changed, done.n_same, done.n_set_aside, done.n_doubtful


def problems(done: CallImport) -> list[tuple[int, bool, list[str]]]:
    return [
        (line.line, line.is_taken, [code for code, _ in line.problems])
        for line in done.set_aside.all()
    ]


def everything() -> list[tuple]:
    """All that is kept of calls, down to the last time."""
    return [
        *Call.objects.order_by("pk").values_list(),
        *Dispatch.objects.order_by("pk").values_list(),
        *CallEvent.objects.order_by("pk").values_list(),
        *CallerWords.objects.order_by("pk").values_list(),
    ]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_sheet_comes_in_with_its_clocks_words_and_place(bring, write):
    done = bring(WHOLE, write=write)

    call = Call.objects.get()
    dispatch = Dispatch.objects.get()
    sheet = log.sheet_of(call.events.all())
    assert counts(done) == (1, 0, 0, 0, 0)
    assert (call.number, call.origin, call.reporter) == ("3701", "mirror", "resident")
    assert (call.status, call.place_text) == ("closed", "滨河路8号")
    assert (call.reported_at, call.closed_at) == (
        evening("20:00:00"),
        evening("21:00:00"),
    )
    assert (dispatch.unit_text, dispatch.status, dispatch.is_open) == (
        "东街组",
        "finished",
        False,
    )
    assert sheet.seconds(Step.ASSIGNED, Step.ACKNOWLEDGED) == 20.0
    assert sheet.clocks[Step.ARRIVED] == evening("20:06:10")
    words = CallerWords.objects.get()
    assert (words.words, words.phone) == ("河边有人打架", "13800000001")
    assert {event.source for event in call.events.all()} == {Source.MIRROR}


@pytest.mark.row("H10")
def test_the_same_file_twice_makes_no_duplicate_and_no_second_entry(bring):
    """110's number is the key: 0 duplicates, nothing is written the second time."""
    bring(WHOLE, sheet_110("3702", bj="20:10:00"))
    before = everything()

    done = bring(WHOLE, sheet_110("3702", bj="20:10:00"), at=NOW + timedelta(hours=1))

    assert counts(done) == (0, 0, 2, 0, 0)
    assert sorted(Call.objects.values_list("number", flat=True)) == ["3701", "3702"]
    assert everything() == before


def test_the_same_upload_ten_times_is_one(bring):
    for minutes in range(10):
        bring(WHOLE, at=NOW + timedelta(minutes=minutes))

    assert Call.objects.count() == 1
    assert CallEvent.objects.count() == 9
    assert CallerWords.objects.count() == 1


def test_a_later_file_adds_only_what_has_happened_since(bring):
    bring(LINE)
    before = set(CallEvent.objects.values_list("pk", flat=True))

    done = bring(WHOLE, at=NOW + timedelta(hours=1))

    added = CallEvent.objects.exclude(pk__in=before)
    assert counts(done) == (0, 1, 0, 0, 0)
    assert [event.step for event in added.order_by("happened_at")] == [
        *("acknowledged", "arrived", "finished", "fed_back", "closed"),
    ]
    assert Call.objects.get().status == "closed"


def test_an_empty_cell_takes_nothing_back(bring):
    bring(WHOLE)
    before = everything()

    bring(sheet_110("3701", bj="20:00:00"))

    assert everything() == before


def test_a_time_that_110_changes_is_a_correction_and_the_line_before_stays(bring):
    bring(WHOLE)
    later = NOW + timedelta(hours=1)

    done = bring(WHOLE | sheet_110("3701", "东街组", dd="20:05:00"), at=later)

    wrong, right = CallEvent.objects.filter(step="arrived").order_by("pk")
    assert counts(done) == (0, 1, 0, 0, 0)
    assert (wrong.happened_at, right.happened_at) == (
        evening("20:06:10"),
        evening("20:05:00"),
    )
    assert (right.corrects, right.recorded_at) == (wrong, later)
    sheet = log.sheet_of(Call.objects.get().events.all())
    assert sheet.clocks[Step.ARRIVED] == evening("20:05:00")
    bring(WHOLE, at=later + timedelta(hours=1))
    sheet = log.sheet_of(Call.objects.get().events.all())
    assert sheet.clocks[Step.ARRIVED] == evening("20:06:10")


def test_what_the_desk_set_right_is_not_undone_by_the_same_file(bring, city_desk):
    bring(WHOLE)
    call = Call.objects.get()
    services.correct_event(
        event=call.events.get(step="arrived"),
        happened_at=evening("20:04:00"),
        reason="车组报告",
        by=city_desk,
        at=NOW,
    )
    Call.objects.update(place_text="滨河路18号", urgency=1)
    before = everything()

    bring(WHOLE)

    assert everything() == before


def test_two_units_have_a_sheet_each(bring):
    bring(LINE, sheet_110("3701", "西街组", pj="20:02:00", dd="20:04:00"))

    call = Call.objects.get()
    sheets = log.sheet_of(call.events.all()).assignments
    assert {
        dispatch.unit_text: (dispatch.status, len(sheets[dispatch.pk].clocks))
        for dispatch in Dispatch.objects.all()
    } == {"东街组": ("assigned", 1), "西街组": ("on_scene", 2)}
    assert call.status == "on_scene"


def test_a_second_telling_is_kept_beside_the_first(bring):
    bring(LINE)

    bring(LINE | {"报警内容": "打架的走了,有人受伤"})

    assert [words.words for words in CallerWords.objects.all()] == [
        "河边有人打架",
        "打架的走了,有人受伤",
    ]


def test_bad_lines_are_set_aside_and_cost_nothing_that_is_good(bring):
    done = bring(
        LINE,
        sheet_110("", bj="20:00:00"),
        sheet_110("一号", bj="20:00:00"),
        {"接警单编号": "3703"},
        sheet_110("3704", bj="傍晚", jj="20:00:05"),
        sheet_110("3705", bj="20:00:00") | {"警情等级": "很急", "经度": "东经"},
        sheet_110("3706", "东街组", pj="20:05:00", dd="20:01:00", bj="20:00:00"),
    )

    assert counts(done) == (4, 0, 0, 3, 3)
    assert problems(done) == [
        (3, False, ["number_missing"]),
        (4, False, ["number_unreadable"]),
        (5, False, ["no_clock"]),
        (6, True, ["time_unreadable"]),
        (7, True, ["urgency_unknown"]),
        (8, True, ["out_of_order"]),
    ]
    assert Call.objects.count() == 4


def test_a_mended_line_comes_in_and_what_was_added_to_it_is_passed_over(bring):
    done = bring({"接警单编号": "3703", "报警时间": "昨晚", "报警内容": "吵架"})
    [aside] = done.set_aside.all()

    mended = {
        "接警单编号": aside.cells["number"],
        "报警时间": "2026-08-14 20:00",
        "报警内容": aside.cells["words"],
        "问题": "…",
        "行号": aside.line,
    }

    assert counts(bring(mended)) == (1, 0, 0, 0, 0)


def test_lines_that_contradict_each_other_in_one_file_stay_so(bring):
    """The first stands, so that the same file says the same thing again."""
    lines = (LINE, LINE | {"派警时间": "2026-08-14 20:09:00"})
    done = bring(*lines)
    before = everything()

    again = bring(*lines)

    assert problems(done) == problems(again) == [(3, True, ["line_differs"])]
    assert CallEvent.objects.get(step="assigned").happened_at == evening("20:01:30")
    assert everything() == before


def test_columns_that_are_needed_are_asked_for_at_once(bring):
    with pytest.raises(ColumnsMissing):
        bring({"报警时间": "2026-08-14 20:00"})

    assert not CallImport.objects.exists()


def test_classes_are_found_by_what_110_calls_them_and_the_first_one_stays(bring):
    theft = factory.add_class("C2", name="盗窃", mirror_code="020300", urgency=2)
    fraud = factory.add_class("C3", name="诈骗")
    line = LINE | {"警情类别": "020000", "警情类型": "020300"}

    done = bring(line, sheet_110("3702", bj="20:00:00") | {"警情类别": "990000"})
    bring(line | {"最终警情类别": "诈骗"})

    call = Call.objects.get(number="3701")
    assert (call.initial_class, call.final_class, call.urgency) == (theft, fraud, 2)
    assert done.unknown_classes == {"990000": 1}


def test_a_class_that_is_mapped_later_reaches_calls_that_are_there(bring):
    line = LINE | {"警情类别": "990000"}
    bring(line)
    other = factory.add_class("Z", mirror_code="990000", restriction="minor")

    assert counts(bring(line)) == (0, 1, 0, 0, 0)
    call = Call.objects.get()
    assert (call.initial_class, call.restriction) == (other, "minor")


def test_a_call_entered_first_at_the_desk_under_110s_number_is_that_call(
    bring, city_desk
):
    factory.add_call("3701", by=city_desk, at=NOW, place_text="滨河路八号")

    bring(WHOLE)

    call = Call.objects.get()
    assert (call.origin, call.place_text) == ("desk", "滨河路八号")
    assert call.reported_at == evening("20:00:00")
    assert {words.words for words in call.words.all()} == {"有人吵架", "河边有人打架"}


def test_what_a_unit_found_itself_is_never_counted_as_a_residents_call(bring):
    bring(
        sheet_110("1", bj="20:00:00") | {"警情来源方式": "巡逻发现"},
        sheet_110("2", bj="20:00:00") | {"警情来源方式": "110报警电话"},
        sheet_110("3", bj="20:00:00") | {"警情来源方式": "12345移交"},
        sheet_110("4", bj="20:00:00") | {"警情来源方式": "技防报警"},
    )

    assert list(Call.objects.order_by("number").values_list("reporter", flat=True)) == [
        *("patrol", "resident", "office", "alarm"),
    ]


def test_a_stations_officer_brings_in_its_own_ground_only(bring, account):
    add_station()
    add_station("S02", "柳巷所")
    own = account("duty_officer", station_code="S01", username="s01")

    done = bring(
        sheet_110("1", bj="20:00:00"),
        sheet_110("2", bj="20:00:00") | {"管辖单位": "柳巷所"},
        by=own,
    )

    assert Call.objects.get().station == Station.objects.get(code="S01")
    assert problems(done) == [(3, False, ["not_your_ground"])]


def test_nobody_brings_calls_in_who_may_not_take_them(bring, account):
    with pytest.raises(NotAllowed):
        bring(LINE, by=account("patrol_officer"))

    assert not Call.objects.exists()


def test_an_import_is_one_event_on_record(bring, city_desk):
    bring(WHOLE)

    event = Event.objects.get(kind="calls.imported")
    assert (event.by, event.detail) == (
        city_desk,
        {"n_new": 1, "n_changed": 0, "n_same": 0, "n_set_aside": 0},
    )


def test_a_large_file_waits_for_a_worker_and_its_content_is_not_kept(
    bring, monkeypatch
):
    monkeypatch.setattr(mirror, "AT_ONCE_BYTES", 10)

    done = bring(WHOLE)
    assert (done.state, Call.objects.count()) == (CallImport.WAITING, 0)
    importing.run(import_id=done.pk, clock=lambda: NOW)

    done.refresh_from_db()
    assert (done.state, done.content, done.n_new) == (CallImport.DONE, None, 1)


def test_an_import_whose_worker_was_killed_goes_on_where_it_was(
    bring, city_desk, monkeypatch
):
    lines = [sheet_110(str(number), bj="20:00:00") for number in range(10)]
    monkeypatch.setattr(mirror, "AT_ONCE_BYTES", 10)
    monkeypatch.setattr(importing, "CALLS_AT_ONCE", 3)
    done = bring(*lines)
    ticks = iter([NOW] * 6)

    with pytest.raises(StopIteration):
        importing.run(import_id=done.pk, clock=lambda: next(ticks))
    done.refresh_from_db()
    assert (done.state, done.n_calls_read) == ("running", Call.objects.count())
    assert 0 < done.n_calls_read < 10
    mirror.resume_import(done=done, by=city_desk, at=NOW + timedelta(minutes=5))
    importing.run(import_id=done.pk, clock=lambda: NOW)

    done.refresh_from_db()
    assert counts(done) == (10, 0, 0, 0, 0)
    assert importing.run(import_id=done.pk, clock=lambda: NOW) == "over"


def test_an_import_that_is_getting_on_is_not_taken_up_again(bring, city_desk):
    with pytest.raises(mirror.ImportOver):
        mirror.resume_import(done=bring(LINE), by=city_desk, at=NOW)


def test_a_broken_large_file_says_what_is_wrong(bring, monkeypatch):
    monkeypatch.setattr(mirror, "AT_ONCE_BYTES", 0)
    done = bring({"报警时间": "2026-08-14 20:00"})

    importing.run(import_id=done.pk, clock=lambda: NOW)

    done.refresh_from_db()
    assert (done.state, done.failure["code"]) == ("failed", "web.columns_missing")


TIMES = ["报警时间", "接警时间", "派警时间", "签收时间", "到达现场时间", "结案时间"]
TRUTH = [
    {"接警单编号": number, "处警单位": unit, "报警内容": f"{number}号警情"}
    | {
        name: f"2026-08-14 20:{10 * n_call + n_unit:02}:{5 * n_time:02}"
        for n_time, name in enumerate(TIMES)
        if name not in {"报警时间", "接警时间", "结案时间"} or n_unit == 0
    }
    for n_call, number in enumerate(["1", "2"])
    for n_unit, unit in enumerate(["东街组", "西街组"])
]
"""Two calls, two units each; the call's own times stand in the first unit's line."""

PARTS = st.lists(
    st.lists(
        st.tuples(st.integers(0, len(TRUTH) - 1), st.sets(st.sampled_from(TIMES))),
        min_size=1,
        max_size=4,
    ),
    max_size=4,
)


def sheets_now() -> dict:
    """What the logs make: status and clocks of every call and unit, by name."""
    found = {}
    for call in Call.objects.all():
        sheet = log.sheet_of(call.events.all())
        names = dict(call.dispatches.values_list("pk", "unit_text"))
        found[call.number] = (
            (call.status, call.reported_at, call.closed_at),
            sheet.status,
            dict(sheet.clocks),
            {
                names[key]: (one.status, dict(one.clocks))
                for key, one in sheet.assignments.items()
            },
            {words.words for words in call.words.all()},
            {(d.unit_text, d.status, d.is_open) for d in call.dispatches.all()},
        )
    return found


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(parts=PARTS, order=st.randoms(use_true_random=False))
def test_parts_of_a_file_in_any_order_make_the_same_sheets_as_the_file(
    bring, parts, order
):
    """Whatever came before, however often: with the whole file all is there, once."""
    for model in (CallSetAside, CallImport, CallEvent, CallerWords, Dispatch, Call):
        model.objects.all().delete()
    bring(*TRUTH)
    whole = sheets_now()
    for model in (CallSetAside, CallImport, CallEvent, CallerWords, Dispatch, Call):
        model.objects.all().delete()

    files = [
        [
            {k: v for k, v in TRUTH[row].items() if k not in TIMES or k in names}
            for row, names in part
        ]
        for part in [*parts, [(row, set(TIMES)) for row in range(len(TRUTH))]]
    ]
    order.shuffle(files)
    for file in files:
        bring(*file)

    assert sheets_now() == whole
