"""One whole night of Linhe: planned, published, lived through, and read in the morning.

Twenty calls come in by three ways; two are told twice, one loses its unit to a more
urgent one, one crew is without signal for an hour. The tables below are the night as it
really was. What lies to the right of a ``|`` is worked out by hand from what lies to its
left, and the house has to come to the same, to the second.
"""

from datetime import timedelta
from functools import partial

import pytest

from tests.factories import devices
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.one_night import (
    STEPS,
    NightOfLinhe,
    Phone,
    Tracker,
    as_osmand,
    as_owntracks,
    before,
    in_our_own_format,
    moment,
    prepare,
    rows,
    seconds,
    sheet_110,
)
from tests.factories.published_night import plan_night
from xunfang.calls import log
from xunfang.calls.models import Call, CallerWords, CallEvent, CallImport
from xunfang.core.dispatching.sheets import Step
from xunfang.core.planning.budget import Budget
from xunfang.field.models import Receipt
from xunfang.patrols import tasks
from xunfang.patrols.coverage import expressions
from xunfang.patrols.coverage.figures import NightRows
from xunfang.patrols.coverage.queries import crew_nights
from xunfang.patrols.models import Publication, ShortRun, StayDone
from xunfang.patrols.plans import making
from xunfang.places import queries as places
from xunfang.units.models import DutyEntry, DutyStay, Fix, Person, Position, Shift

# Devices report from a thread of their own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

# What the twenty calls were, in the order in which they were reported. "file" and
# "machine" have 110's three clocks, 报警 接警 接警完成; "form" is typed when it is reported.
#
# number        way      报警     接警     接警完成 node class words              | 结案    took
CALLS = """
  3501          file     18:11:05 18:11:09 18:12:30 B  纠纷  楼道堆物邻居争吵   | 18:45:00 33:55
  3502          file     18:12:50 18:12:55 18:13:40 L  纠纷  菜摊占道起口角     | 18:40:00 27:10
  3503          file     18:13:30 18:13:38 18:14:30 H  求助  老人找不到回家的路 | 18:58:00 44:30
  3504          machine  19:05:10 19:05:16 19:06:20 D  纠纷  停车刮擦互不相让   | 20:01:00 55:50
  X20260814-001 form     19:12:20 -        -        T  噪音  渡口有人放音响跳舞 | 19:33:00 20:40
  3505          machine  19:12:55 19:12:58 19:13:10 G  抢劫  有人抢包往东跑了   | 19:55:00 42:05
  X20260814-002 form     19:14:20 -        -        G  抢劫  路口有人抢了包     | merged  3505
  3506          file     19:31:00 19:31:04 19:31:50 R  纠纷  饭店结账起争执     | 20:15:00 44:00
  3507          file     19:40:00 19:40:05 19:41:00 N  求助  水管爆裂满街是水   | 20:08:00 28:00
  3508          file     19:52:00 19:52:07 19:53:10 L  纠纷  夜市摊位抢位置     | 20:32:00 40:00
  X20260814-003 form     20:37:40 -        -        K  求助  小孩反锁在屋里     | 20:57:00 19:20
  3509          machine  20:56:40 20:56:45 20:57:20 Q  纠纷  河滨路醉酒闹事     | 22:05:00 1:08:20
  3510          machine  21:18:30 21:18:36 21:19:20 L  纠纷  烧烤店前有人打架   | 21:54:00 35:30
  3511          machine  21:19:10 21:19:18 21:20:30 L  纠纷  好几个人在烧烤店打 | merged  3510
  X20260814-004 form     21:29:30 -        -        F  求助  捡到钱包交给民警   | 21:39:00 9:30
  3512          machine  22:48:40 22:48:44 22:49:30 S  噪音  工地夜间施工       | 23:20:00 31:20
  3513          file     23:55:00 23:55:06 23:56:00 C  求助  醉酒男子睡在路边   | 24:30:00 35:00
  3514          file     23:58:10 23:58:15 23:59:00 K  纠纷  出租车费用纠纷     | 24:36:00 37:50
  3515          machine  25:03:50 25:03:55 25:04:30 E  纠纷  网吧门口推搡       | 25:28:00 24:10
  X20260815-001 form     25:19:30 -        -        J  求助  车辆抛锚挡住路口   | 25:46:00 26:30
"""

# Who was sent to what, and what was pressed when: crew 1 and 3 on their phones, crew 2 at
# the desk. "bound" is how long the crew was kept: from 派警 to 处理完毕, or until it was
# taken away.
#
# number      crew 派警     签收     出警     到场     处理完毕 | 报警-到场 派警-到场 bound
SENT = """
  3501          1  18:15:40 18:15:58 18:16:30 18:21:05 18:40:00 | 10:00  5:25  24:20
  3502          2  18:16:20 18:16:40 18:17:00 18:24:20 18:36:20 | 11:30  8:00  20:00
  3503          3  18:31:00 18:31:12 18:31:40 18:35:30 18:52:30 | 22:00  4:30  21:30
  3504          1  19:10:00 19:10:20 19:11:00 -        -        | -      -      3:30
  3505          1  19:13:30 19:13:41 19:13:55 19:16:45 19:50:00 |  3:50  3:15  36:30
  X20260814-001 2  19:18:00 19:18:20 19:18:40 19:25:20 19:30:00 | 13:00  7:20  12:00
  3504          3  19:31:00 19:31:10 19:31:30 19:35:10 19:58:00 | 30:00  4:10  27:00
  3508          1  20:02:00 20:02:15 20:02:45 20:06:05 20:27:00 | 14:05  4:05  25:00
  X20260814-003 2  20:38:00 20:38:15 20:38:40 20:43:40 20:52:39 |  6:00  5:40  14:39
  3509          3  20:58:00 20:58:20 21:00:30 21:06:15 21:31:00 |  9:35  8:15  33:00
  3510          1  21:20:00 21:20:09 21:20:30 21:24:10 21:48:20 |  5:40  4:10  28:20
  X20260814-004 2  21:30:00 21:30:10 21:30:20 21:32:00 21:35:21 |  2:30  2:00   5:21
  3512          3  22:50:00 22:50:18 22:50:45 22:55:40 23:15:30 |  7:00  5:40  25:30
  3513          3  24:05:00 24:05:20 24:05:50 24:09:30 24:25:00 | 14:30  4:30  20:00
  3514          1  24:10:00 24:10:14 24:10:40 24:13:40 24:31:00 | 15:30  3:40  21:00
  3515          3  25:05:00 25:05:10 25:05:30 25:08:20 25:22:00 |  4:30  3:20  17:00
  X20260815-001 1  25:20:00 25:20:11 25:20:35 25:23:30 25:40:10 |  4:00  3:30  20:10
"""
PREEMPTED = ("3504", "1", "19:13:30")
"""It was on its way when it was sent to 3505."""

# When crews were out and paused. A pause in which a crew is called is over for as long as
# the call lasts: crew 2 is called 8:00 after its pause began and goes on 1 s after it.
#
# crew moves on       off      pauses                              | duty  calls   paused  effective
DUTIES = """
  1    car   18:00:00 26:00:00 22:30:00-22:44:00                   | 8:00:00 2:38:50 14:00 5:07:10
  2    foot  18:04:00 22:04:00 20:30:00-20:52:40                   | 4:00:00   52:00  8:01 2:59:59
  3    car   18:10:00 26:00:00 21:40:00-21:54:00,23:30:00-23:50:00 | 7:50:00 2:24:00 34:00 4:52:00
"""

# Where crews were; on the way they go at an even pace. F is in cell C1, K in C2, G in C3
# and L in C4, 200 m apart, each way cut in halves by the edge of the cells.
WAYS = {
    "1": [
        *[("18:00:00", "F"), ("19:09:50", "F"), ("19:10:10", "G"), ("19:59:50", "G")],
        *[("20:00:10", "L"), ("23:59:50", "L"), ("24:00:10", "K"), ("25:19:50", "K")],
        *[("25:20:10", "F"), ("26:00:00", "F")],
    ],
    "2": [
        *[("18:04:00", "L"), ("19:18:40", "L"), ("19:21:20", "K"), ("21:18:40", "K")],
        *[("21:21:20", "F"), ("22:04:00", "F")],
    ],
    "3": [
        *[("18:10:00", "G"), ("19:29:50", "G"), ("19:30:10", "F"), ("20:39:50", "F")],
        *[("20:40:10", "K"), ("21:29:50", "K"), ("21:30:10", "L"), ("22:59:50", "L")],
        *[("23:00:10", "G"), ("24:39:50", "G"), ("24:40:10", "F"), ("26:00:00", "F")],
    ],
}

# Seconds on patrol by cell and hour. A device notes its place 20 s after a full 40 s, so
# a crew that crosses at ten past is counted until ten past in the one cell and from then
# on in the other. The 20 s at either end of a duty and of a pause are in no figure: no
# two positions enclose them.
#
# cell hour mode | seconds: crew 1     + crew 3 (2 on foot)
MINUTES = """
  C1   18   car  | 3580   18:00:20-19:00
  C3   18   car  | 2980                  18:10:20-19:00
  C4   18   foot | 3340   18:04:20-19:00
  C1   19   car  | 2400   until 19:10 600, from 19:30 1800
  C3   19   car  | 4800   from 19:10 3000, until 19:30 1800
  C4   19   foot | 1200   until 19:20
  C2   19   foot | 2400   from 19:20
  C1   20   car  | 2400   until 20:40
  C2   20   car  | 1200   from 20:40
  C4   20   car  | 3600   all of it
  C2   20   foot | 2200   20:00-20:29:40 1780, 20:53:00-21:00 420
  C1   21   foot | 2400   from 21:20
  C2   21   car  | 1800   until 21:30
  C2   21   foot | 1200   until 21:20
  C4   21   car  | 4520   all of it 3600, 21:30-21:39:40 580, 21:54:20-22:00 340
  C1   22   foot | 220    until 22:03:40
  C4   22   car  | 6320   22:00-22:29:40 1780, 22:44:20-23:00 940, all of it 3600
  C3   23   car  | 2360   23:00-23:29:40 1780, 23:50:20-24:00 580
  C4   23   car  | 3600   all of it
  C1   24   car  | 1200   from 24:40
  C2   24   car  | 3600   all of it
  C3   24   car  | 2400   until 24:40
  C1   25   car  | 5960   25:20-25:59:40 2380, 25:00-25:59:40 3580
  C2   25   car  | 1200   until 25:20
"""

OUTSIDE = {"派警时间": "19:32:20", "签收时间": "19:32:40", "到达现场时间": "19:38:20"}
"""3506 lies across the river: 110 sent 渡口所's crew, and only tells us of it."""
ENDED = {"处理完毕时间": "19:55:00", "反馈时间": "20:10:00", "结案时间": "20:15:00"}
"""What 110's next file adds to it."""


CALL = {row[0]: row for row in rows(CALLS)}


@pytest.fixture
def night(account, settings, tmp_path, monkeypatch):
    """Linhe in the afternoon."""
    settings.DATA_DIR = tmp_path
    places.load_streets.cache_clear()
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))
    night = NightOfLinhe(clock=AFTERNOON)
    monkeypatch.setattr("django.utils.timezone.now", lambda: night.clock)
    yield night
    night.end()


def lay_out(night: NightOfLinhe) -> None:
    """Put on the clock what the tables say; what is not ordinary is told in the test."""
    for crew, _, on, off, pauses, *_ in rows(DUTIES):
        night.plan(on, partial(night.set_out, crew))
        for pause in pauses.split(","):
            begins, ends = pause.split("-")
            night.plan(begins, partial(night.say, crew, "pause"))
            night.plan(ends, partial(night.say, crew, "patrol"))
        night.plan(off, partial(night.say, crew, "off"))
    for number, way, reported, _, hung_up, *_ in CALL.values():
        if way == "machine":
            night.plan(hung_up, partial(night.receive, CALL[number]))
        elif way == "form" and number != "X20260814-002":
            night.plan(reported, partial(night.enter, CALL[number]))
    last_crew = {number: crew for number, crew, *_ in rows(SENT)}
    for number, crew, sent, *pressed in rows(SENT):
        if number != "3505":
            night.plan(sent, partial(night.send, number, crew))
        for step, when in zip(STEPS, pressed[:4], strict=True):
            if when != "-":
                night.plan(when, partial(night.press, number, crew, step))
    for number, *_, ends, _took in CALL.values():
        if ends == "merged" or number == "3506":
            continue
        crew = last_crew.get(number)
        if crew and number != "3509":
            feed_back = partial(night.feed_back, number, crew, "settled")
            night.plan(before(ends, "1:00"), feed_back)
        night.plan(ends, partial(night.close, number))
    for hour in range(18, 26):
        for minute in (10, 30, 50):
            night.plan(f"{hour}:{minute}:00", night.send_positions)


@pytest.mark.row("A09", "H10")
def test_one_night(night, account):
    officer = account("duty_officer", username="zhiban")
    administrator = account("administrator", station_code="")
    station = prepare(
        night=night,
        officer=officer,
        administrator=administrator,
        classes={"抢劫": 1, "纠纷": 3, "求助": 3, "噪音": 3},
    )

    # 16:00. The night is planned, and published from its page: crews have their stops.
    plan = plan_night(station, by=officer)
    published = night.desk.post(
        f"/tonight/{NIGHT}/S01/publish/",
        {"plan_edition": plan.edition, "accepts_warnings": "on"},
    )
    assert published.status_code == 303
    assert Publication.objects.get().is_in_force
    assert DutyStay.objects.filter(shift__code="1").exists()

    # 17:30. Crews 1 and 3 have a phone with our page, crew 2 a radio; each has a device.
    for crew, protocol, request in (
        ("1", "osmand", in_our_own_format),
        ("2", "osmand", as_osmand),
        ("3", "owntracks", as_owntracks),
    ):
        devices.add_device(
            f"D{crew}", station, by=administrator, at=night.clock, protocol=protocol
        )
        night.trackers.append(Tracker(f"D{crew}", WAYS[crew], request))
    for crew in ("1", "3"):
        leader = account("patrol_officer", username=f"officer-{crew}")
        Person.objects.filter(code=f"S01-{crew}0").update(account=leader)
        night.phones[crew] = Phone(night, leader, Shift.objects.get(code=crew))
    lay_out(night)

    # 18:15. The first file of 110's, and by mistake the same once more.
    night.until("18:15:00")
    file = [sheet_110(CALL[number]) for number in ("3501", "3502", "3503")]
    assert night.bring_file(*file) == {"new": 3, "changed": 0, "same": 0, "wrong": 0}
    assert night.bring_file(*file) == {"new": 0, "changed": 0, "same": 3, "wrong": 0}
    assert Call.objects.count() == 3

    # A crew patrols, is bound from the second it is sent, and patrols again from the
    # second it has finished.
    assert night.state_of("1") == ("patrol", moment("18:00:00"), True)
    night.until("18:15:40")
    assert night.state_of("1") == ("assigned", moment("18:15:40"), False)
    night.until("18:40:00")
    assert night.state_of("1") == ("patrol", moment("18:00:00"), True)

    # 19:13:30. A bag is snatched. Crew 1, nearest, is on its way to two drivers who
    # quarrel: it is taken from them, and they wait in the place their first time gives
    # them, before the music that was reported later.
    night.until("19:13:30")
    assert night.state_of("1") == ("en_route", moment("19:11:00"), False)
    night.send("3505", "1", leaves="3504")
    assert night.queue() == ["3505", "3504", "X20260814-001"]
    left = Call.objects.get(number="3504")
    assert (left.status, left.reported_at) == ("waiting", moment("19:05:10"))
    assert night.state_of("1") == ("assigned", moment("19:13:30"), False)

    # 19:14:20. A second caller about the bag rings the station itself: what is typed is
    # like 3505, and is handled there.
    night.until("19:14:20")
    night.enter(CALL["X20260814-002"], same_as="3505")

    # 20:00. The second file. 3507 is a burst pipe: it goes to 12345 and is closed at 20:08.
    night.until("20:00:00")
    file = [
        sheet_110(CALL["3506"], OUTSIDE),
        sheet_110(CALL["3507"]),
        sheet_110(CALL["3508"]),
    ]
    assert night.bring_file(*file) == {"new": 3, "changed": 0, "same": 0, "wrong": 0}
    referred = night.desk.post(
        "/calls/at/3507/refer/",
        {"refer-office": "12345", "refer-matter": "顺河路水管爆裂"},
    )
    assert referred.status_code == 303

    # 21:00 to 22:00. Crew 3 has no signal: its phone keeps what it is told, its device
    # where it is. All the desk knows is that 3509 was acknowledged.
    night.until("21:00:00")
    phone, tracker = night.phones["3"], night.trackers[2]
    phone.has_signal = tracker.has_signal = False

    # 21:20:30. Two people rang 110 about one fight: the second call goes with the first.
    night.until("21:22:00")
    merged = night.desk.post("/calls/at/3511/merge/", {"merge-into": "3510"})
    assert merged.status_code == 303

    night.until("21:35:00")
    night.feed_back("3509", "3", "settled")
    night.until("22:00:00")
    night.send_positions()
    unheard = night.dispatch("3509", "3")
    assert (unheard.status, unheard.status_at) == ("acknowledged", moment("20:58:20"))
    assert Position.objects.get(shift__code="3").fixed_at == moment("20:49:40")
    assert len(phone.queue) == 6

    # 22:00:05. It drives out of the tunnel and sends everything; the answer is lost, and
    # it sends everything again. Each was done once.
    n_receipts, n_fixes = Receipt.objects.count(), Fix.objects.count()
    phone.has_signal = tracker.has_signal = True
    night.until("22:00:05")
    assert phone.send() == ["done"] * 6
    night.send_positions()
    noted = Fix.objects.count() - n_fixes
    night.until("22:00:15")
    assert phone.send() == ["repeated"] * 6
    tracker.sent_until = moment("20:50:00")
    night.send_positions()
    assert Receipt.objects.count() == n_receipts + 6
    # 20:50 to 22:00:05 without signal is 105 times 40 s.
    assert (noted, Fix.objects.filter(shift__code="3").count()) == (105, 345)
    phone.queue.clear()
    heard = night.dispatch("3509", "3")
    assert (heard.status, heard.status_at) == ("finished", moment("21:31:00"))

    # Midnight. The third file; what has become of 3506 is in it as well.
    night.until("24:00:00")
    file = [
        sheet_110(CALL["3513"]),
        sheet_110(CALL["3514"]),
        sheet_110(CALL["3506"], OUTSIDE, ENDED),
    ]
    assert night.bring_file(*file) == {"new": 2, "changed": 1, "same": 0, "wrong": 0}

    # 02:00. Everybody goes home.
    night.until("26:00:00")
    night.send_positions()
    assert Position.objects.count() == 0
    assert night.queue() == []

    # 07:00. What was said is all there, told once, under the call it was handled with.
    night.clock = moment("31:00:00")
    the_calls_are_as_the_table_says()
    every_caller_is_heard(night)
    the_clocks_are_as_the_table_says()
    the_patrol_is_as_the_table_says(station, night)
    the_cells_are_as_the_table_says()
    the_morning_reads_it(night)


def the_calls_are_as_the_table_says():
    """Twenty calls, each with its first time, by whom it came, and when it was closed."""
    assert sorted(Call.objects.values_list("number", flat=True)) == sorted(CALL)
    for number, way, reported, *_, ends, took in CALL.values():
        call = Call.objects.get(number=number)
        origin = "desk" if way == "form" else "mirror"
        assert (call.origin, call.reported_at) == (origin, moment(reported)), number
        if ends == "merged":
            assert call.merged_into is not None
            assert (call.merged_into.number, call.status) == (took, "waiting")
            continue
        assert (call.status, call.closed_at) == ("closed", moment(ends)), number
        open_for = call.closed_at - call.reported_at
        assert open_for == timedelta(seconds=seconds(took)), number
    # A message that said nothing new left no trace: three files, one of them twice.
    assert CallImport.objects.filter(feed=None).count() == 4
    assert CallImport.objects.exclude(feed=None).count() == 7


def every_caller_is_heard(night):
    """Twenty callers, twenty times their own words; both of one matter on one page."""
    said = CallerWords.objects.values_list("call__number", "words")
    assert sorted(said) == sorted((row[0], row[7]) for row in CALL.values())
    for number, other in (("3505", "X20260814-002"), ("3510", "3511")):
        page = night.desk.get(f"/calls/at/{number}/")
        words = [one.words for one in page.context["sheets"].said]
        assert words == [CALL[number][7], CALL[other][7]]
        assert all(text in page.content.decode() for text in words)


def the_clocks_are_as_the_table_says():
    """Every press of every crew, and how long it took, to the second."""
    n_pressed = 0
    for number, crew, sent, *pressed, until_there, on_the_way, bound in rows(SENT):
        dispatch = NightOfLinhe.dispatch(number, crew)
        whole = log.sheet_of(dispatch.call.events.all())
        sheet = whole.assignments[dispatch.pk]
        expected = {Step.ASSIGNED: moment(sent)} | {
            Step(step): moment(when)
            for step, when in zip(STEPS, pressed, strict=True)
            if when != "-"
        }
        ends = Step.FINISHED
        if (number, crew) == PREEMPTED[:2]:
            ends = Step.PREEMPTED
            expected[ends] = moment(PREEMPTED[2])
        assert sheet.clocks == expected, number
        assert sheet.seconds(Step.ASSIGNED, ends) == seconds(bound), number
        if until_there != "-":
            reported = dispatch.call.reported_at
            arrived = sheet.clocks[Step.ARRIVED] - reported
            assert arrived.total_seconds() == seconds(until_there), number
            taken = sheet.seconds(Step.ASSIGNED, Step.ARRIVED)
            assert taken == seconds(on_the_way), number
        assert whole.out_of_order == ()
        n_pressed += len(expected)
    # No line is there twice, and none that the tables do not have; 3506 is 110's.
    of_crews = CallEvent.objects.filter(dispatch__shift__isnull=False)
    assert of_crews.count() == n_pressed
    theirs = CallEvent.objects.filter(call__number="3506", dispatch__isnull=False)
    assert [(one.step, one.happened_at) for one in theirs.order_by("happened_at")] == [
        ("assigned", moment("19:32:20")),
        ("acknowledged", moment("19:32:40")),
        ("arrived", moment("19:38:20")),
        ("finished", moment("19:55:00")),
    ]
    # What a phone kept has the time of the phone, and when it came.
    late = CallEvent.objects.get(call__number="3509", step="arrived")
    assert (late.happened_at, late.device_at, late.recorded_at, late.source) == (
        *(moment("21:06:15"), moment("21:06:15"), moment("22:00:05"), "phone"),
    )
    paused = DutyEntry.objects.filter(shift__code="3", step="pause").first()
    assert (paused.happened_at, paused.recorded_at) == (
        moment("21:40:00"),
        moment("22:00:05"),
    )


def the_patrol_is_as_the_table_says(station, night):
    """Duty less calls less pauses: crew 2 is one second short of three hours."""
    found = {
        one.shift.code: one for one in crew_nights([station], NIGHT, at=night.clock)
    }
    for crew, mode, on, off, _, *lengths in rows(DUTIES):
        times = found[crew].times
        [span] = times.duty.on_duty
        assert (span.begins_at, span.ends_at) == (moment(on), moment(off))
        assert [
            length.total_seconds()
            for length in (
                *(span.length, times.time.responding, times.time.paused),
                times.time.effective,
            )
        ] == [seconds(length) for length in lengths], crew
        assert [part.mode for part in times.time.by_mode] == [mode]
    assert {crew: one.is_open for crew, one in found.items()} == {
        **dict.fromkeys("13", False),
        "2": True,
    }


def the_cells_are_as_the_table_says():
    """The positions are folded by the task that does it every hour."""
    assert tasks.fold_positions.call() == [NIGHT.isoformat()]
    with NightRows(NIGHT) as folded:
        found = folded.answer(expressions.minutes_by_cell_hour(folded.rows))
    assert {
        (row["cell"], row["hour"], row["mode"]): round(60 * row["minutes"], 6)
        for row in found
    } == {(row[0], int(row[1]), row[2]): float(row[3]) for row in rows(MINUTES)}
    assert StayDone.objects.count() == DutyStay.objects.count()


def the_morning_reads_it(night):
    """The desk's pages say the same, and why crew 2 was a minute short is answered."""
    page = night.desk.get(f"/coverage/{NIGHT}/crews/")
    assert {
        row["shift"].code: row["crew"].effective_min for row in page.context["page"]
    } == {"1": 307, "2": 179, "3": 292}
    crew = Shift.objects.get(code="2")
    answered = night.desk.post(
        f"/coverage/crews/{crew.pk}/why/",
        {f"short-{crew.pk}-reason": "处警多", f"short-{crew.pk}-seen_min": 179},
    )
    assert answered.status_code == 303
    assert ShortRun.objects.get().reason == "处警多"
    for url in (
        *(f"/coverage/{NIGHT}/S01/", f"/desk/replay/{NIGHT}/"),
        *("/calls/response-times/?night=2026-08-14", "/calls/at/3504/"),
    ):
        assert night.desk.get(url).status_code == 200, url
