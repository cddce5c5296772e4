"""What staff have sorted is learnt, tried beside what was known, and kept if no worse."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.words import FRIDAY, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases import services as cases
from xunfang.cases import sorting
from xunfang.cases.learning import queries, services, tasks, training
from xunfang.cases.models import LearningRun, Topic
from xunfang.cases.watch import erasing

pytestmark = pytest.mark.django_db

LAMP, DOG, FIRE = "0702", "0504", "0101"
STARTER = [
    *((f"路灯不亮了{each}", LAMP) for each in ("好黑", "没有光", "灯坏了", "灯灭了", "黑")),
    *((f"大狗没拴{each}", DOG) for each in ("绳子", "咬人了", "乱叫", "追小孩", "没牵")),
]  # fmt: skip
NIGHT = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
"""Half past three at night in the city."""


@pytest.fixture(autouse=True)
def _few_starters(monkeypatch):
    """Two topics are learnt in milliseconds, sixty in seconds."""
    for module in (sorting, training):
        monkeypatch.setattr(module, "starter_messages", lambda: tuple(STARTER))
        monkeypatch.setattr(module, "starter_words", lambda: ())
    sorting._of_the_first_day.cache_clear()
    yield
    sorting._of_the_first_day.cache_clear()


@pytest.fixture
def labelled(station, officer):
    """Have something said, and the officer say what it is about."""

    def say_and_sort(text, code, *, at=FRIDAY):
        taken = say(text, station=station, at=at)
        cases.sort(
            case=taken.case,
            topic=Topic.objects.get(code=code),
            urgency=taken.case.urgency,
            station=station,
            by=officer,
            at=at,
            revision=0,
        )
        return taken.word

    return say_and_sort


def learn(by, at=FRIDAY) -> LearningRun:
    run = services.ask_to_learn(by=by, at=at)
    tasks.training.learn(run_id=run.pk, clock=lambda: at)
    run.refresh_from_db()
    return run


PLACES = [
    "汀东公园",
    "河湾广场",
    "幼儿园里",
    "老街口上",
    "体育场边",
    "山脚村头",
    "湖边草地",
]
FAULTS = [
    "绳子快磨断",
    "螺丝都松动",
    "座板裂开来",
    "架子歪一边",
    "链条全生锈",
    "底下露石头",
    "夜里没人管",
]


def swings(labelled) -> list:
    """49 things said of swings: no starter message tells them from lamps or dogs."""
    return [
        labelled(f"{place}的秋千{fault}", "0705")
        for place in PLACES
        for fault in FAULTS
    ]


def test_what_staff_sorted_is_learnt_and_every_process_has_it_with_the_next_text(
    labelled, supervisor, station
):
    before = say("汀东公园的秋千断了", station=station).case.suggested
    swings(labelled)
    run = learn(supervisor)

    assert before[0][0] in {LAMP, DOG}
    assert (run.outcome, run.n_labels, run.n_starter) == ("kept", 49, 10)
    assert run.macro_f1 > run.macro_f1_before
    sorting._held.clear()  # as another process, or this one after a start
    suggested = say("汀东公园的秋千断了", station=station).case.suggested
    assert suggested[0][0] == "0705"
    event = Event.objects.get(kind="learning.over")
    assert (event.detail["outcome"], event.detail["n_labels"]) == ("kept", 49)


def test_a_model_holds_no_text_and_the_one_it_replaces_is_gone(labelled, supervisor):
    labelled("路灯坏了,王小明说的", LAMP)
    first = learn(supervisor)
    labelled("路灯又坏了三盏", LAMP)
    second = learn(supervisor, FRIDAY + timedelta(hours=1))

    first.refresh_from_db()
    assert (first.model, second.outcome) == (None, "kept")
    stored = sorting.Model.from_bytes(bytes(second.model))
    names = {(ord(a) << 42) | (ord(b) << 21) | ord(c) for a, b, c in ["王小明"]}
    assert not names & set(stored.vocabulary.tolist())
    assert stored.vocabulary.max() < 1 << 24


def test_a_model_that_is_worse_is_not_used(labelled, supervisor, monkeypatch):
    labelled("路灯坏了", LAMP)
    good = learn(supervisor)
    for number in "甲乙丙丁戊己":
        labelled(f"路灯不亮{number}了灯坏{number}", DOG)
        labelled(f"大狗没拴绳{number}咬人{number}", LAMP)
    f1 = iter([0.5, 0.6])
    monkeypatch.setattr(
        "xunfang.core.language.triage.Evaluation.macro_f1", lambda _: next(f1)
    )
    worse = learn(supervisor, FRIDAY + timedelta(hours=1))

    assert (worse.outcome, worse.model, queries.present()) == ("worse", None, good)
    assert (worse.macro_f1, worse.macro_f1_before) == (0.5, 0.6)


def test_only_what_a_person_sorted_and_only_what_is_still_there_is_learnt(
    labelled, station
):
    labelled("路灯坏了,电话13800138000", LAMP)
    labelled("路灯坏了,电话13900139000", LAMP)
    fire = labelled("着火了,有人困在里面", FIRE)
    say("大狗没拴绳", station=station, topic=Topic.objects.get(code=DOG))
    say("没人看过", station=station)
    cases.answer(
        case=fire.links.get().case,
        text="人已救出。",
        by=fire.links.get().case.events.latest("pk").by,
        at=FRIDAY,
        revision=1,
        is_confirmed=True,
    )
    assert {each.text for each in queries.examples()} == {
        "路灯坏了,电话〔电话〕",
        "着火了,有人困在里面",
    }

    erasing.erase_old_emergencies(at=FRIDAY.replace(year=2029))

    assert [each.leaf for each in queries.examples()] == [LAMP]


def test_a_topic_sorts_itself_only_above_what_was_measured(
    labelled, supervisor, officer, station
):
    swings(labelled)
    run = learn(supervisor)
    topic = Topic.objects.get(code="0705")
    least = run.leaves["0705"]["least"]

    assert least is not None
    for code, above in (("0705", least - 0.01), (LAMP, 0.9), (DOG, 1.0)):
        with pytest.raises(services.NotPreciseEnough):
            services.let_sort_itself(
                topic=Topic.objects.get(code=code),
                above=above,
                by=supervisor,
                at=FRIDAY,
            )
    with pytest.raises(NotAllowed):
        services.let_sort_itself(topic=topic, above=1.0, by=officer, at=FRIDAY)

    services.let_sort_itself(topic=topic, above=least, by=supervisor, at=FRIDAY)
    case = say("湖边草地的秋千绳子快磨断", station=station).case
    assert (case.topic.code, case.state) == ("0705", "sorted")
    services.let_sort_itself(topic=topic, above=None, by=supervisor, at=FRIDAY)
    assert say("湖边草地的秋千绳子快磨断", station=station).case.topic is None


def test_a_switch_the_next_model_does_not_earn_is_off(labelled, supervisor):
    labelled("路灯坏了", LAMP)
    Topic.objects.filter(code=LAMP).update(sorts_itself_above=0.9)
    learn(supervisor)
    assert Topic.objects.get(code=LAMP).sorts_itself_above is None
    assert Event.objects.get(kind="topic.sorts_itself").detail == {"above": None}


def test_at_night_it_is_done_by_itself_and_only_if_there_is_news(labelled):
    tasks.see_to_learning(at=NIGHT)
    assert not LearningRun.objects.exists()
    labelled("路灯坏了", LAMP)
    tasks.see_to_learning(at=NIGHT - timedelta(hours=2))
    assert not LearningRun.objects.exists()
    for minute in (0, 1):
        tasks.see_to_learning(at=NIGHT + timedelta(minutes=minute))
    run = LearningRun.objects.get()
    assert (run.asked_by, run.stage) == (None, "waiting")
    tasks.training.learn(run_id=run.pk, clock=lambda: NIGHT)
    tasks.see_to_learning(at=NIGHT + timedelta(days=1))
    assert LearningRun.objects.count() == 1


def test_on_the_page_a_supervisor_has_it_learnt_and_reads_what_came_of_it(
    client, labelled, supervisor, officer
):
    client.force_login(officer)
    assert client.get("/cases/learning/").status_code == 403
    client.force_login(supervisor)
    assert client.post("/cases/learning/begin/").status_code == 409
    labelled("路灯坏了", LAMP)

    assert client.post("/cases/learning/begin/").status_code == 303
    state = client.get("/cases/learning/?part=state").content.decode()
    assert "<progress" in state
    assert 'hx-trigger="every 2s"' in state
    run = LearningRun.objects.get()
    training.learn(run_id=run.pk, clock=lambda: FRIDAY)

    page = client.get("/cases/learning/")
    assert len(page.context["leaves"]) == 60
    assert page.context["run"] == run
    refused = client.post("/cases/learning/topic/", {"topic": LAMP, "percent": "99"})
    assert refused.status_code == 409
    assert (
        client.post(
            "/cases/learning/topic/", {"topic": LAMP, "percent": "x"}
        ).status_code
        == 422
    )
    assert client.post("/cases/learning/topic/", {"topic": LAMP}).status_code == 303
