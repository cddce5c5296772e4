"""Published figures: value, rows, method, and what is said against them."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.factories.calls import add_call
from tests.factories.public_matters import answered, public_matter, show_to_all
from tests.factories.words import FRIDAY, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.append_only import AppendOnly
from xunfang.audit.models import Event
from xunfang.cases.models import Case, Topic
from xunfang.feedback.models import Asks, Word
from xunfang.public.claims import services
from xunfang.public.claims.kinds import KINDS, Days
from xunfang.public.claims.queries import claims, find_claim
from xunfang.public.claims.services import ClaimText
from xunfang.public.models import ClaimEdition, ClaimWord, PublicClaim

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_topics")]

NOVEMBER = Days(date(2026, 11, 1), date(2026, 11, 20))
TEXT = ClaimText(
    title="十一月收到的批评，件件有答复",
    title_en="Criticism of November, answered",
    effort="每条批评由所长过目，五个工作日内答复。",
    effort_en="The head of the station reads each; answered within five working days.",
    outcome="答复不等于解决：电动车被盗的还没有破案。",
    outcome_en="Answered is not solved: the thefts of e-bikes are not.",
)


def publish(by, *, slug="criticism-november", kind="criticism-answered", **values):
    return services.publish(
        **{
            "slug": slug,
            "kind": kind,
            "first_on": NOVEMBER.first_on,
            "last_on": NOVEMBER.last_on,
            "text": TEXT,
            "by": by,
            "at": FRIDAY,
            **values,
        }
    )


def links(page: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', page))


@pytest.mark.row("J02")
def test_a_figure_opens_to_rows_method_and_the_criticism_of_it_in_one_click(
    client, handler, supervisor, station
) -> None:
    shown = public_matter("巡逻车从不下车", by=handler, station=station)
    answered(shown, "本周起每晚步巡一小时。", by=handler)
    say("某某民警不管", asks=Asks.COMPLAINT)
    say("没人管", topic=Topic.objects.get(code=Topic.CRITICISM))
    publish(supervisor)

    # A resident says what they think of the figure: three clicks, no account.
    form = client.get("/say/?about=criticism-november").content.decode()
    assert 'name="about" value="criticism-november"' in form
    assert TEXT.title in form
    client.post(
        "/say/",
        {
            "text": "只会做样子！",
            "asks": "criticism",
            "about": "criticism-november",
            "key": uuid4().hex,
        },
    )
    said = Word.objects.latest("pk")
    before = client.get("/figures/criticism-november/").content.decode()
    assert "只会做样子" not in before
    assert "有关它的 1 条尚未公开" in before

    # A person has looked at it, and it is answered: now it stands beside the figure.
    case = said.links.get().case
    topic = Topic.objects.get(code=Topic.CRITICISM)
    Case.objects.filter(pk=case.pk).update(public_since=FRIDAY, topic=topic)
    case.refresh_from_db()
    show_to_all(said, "只会做样子！", by=handler)
    told = type(shown)(word=said, code="", case=case, is_new=True)
    answered(told, "您说得对，答复了不等于做到了。", by=handler)

    assert "/figures/criticism-november/" in links(
        client.get("/figures/").content.decode()
    )
    page = client.get("/figures/criticism-november/").content.decode()
    assert '<strong class="figure">1</strong> 件，共 2 件' in page
    assert TEXT.effort in page
    assert TEXT.outcome in page
    # Method and criticism are on the page itself, the rows one click from it.
    assert {"#method", "#said", "/figures/criticism-november/rows/"} <= links(page)
    assert 'id="method"' in page
    assert "不问答复是否满意" in page
    section = page[page.index('id="said"') :]
    assert "只会做样子！" in section
    assert "您说得对，答复了不等于做到了。" in section

    rows = client.get("/figures/criticism-november/rows/").content.decode()
    assert f"/matters/{shown.case.number}/" in links(rows)
    table = client.get("/figures/criticism-november.csv").content.decode("utf-8-sig")
    assert table.splitlines()[1:] == [
        f"2026-11-20,,{case.number},批评意见,1,1",
        f"2026-11-20,河湾派出所,{shown.case.number},批评意见,1,1",
        ",,,不公开：尚未整理到可以公开,0,1",
    ]


def test_a_value_stays_as_published_and_the_recount_stands_beside_it(
    client, handler, supervisor
) -> None:
    first = public_matter("路灯坏了", by=handler)
    publish(supervisor)
    before = client.get("/figures/criticism-november.json").json()
    answered(first, "已修好。", by=handler)

    after = client.get("/figures/criticism-november.json").json()

    assert before["recount"] == {"value": 0, "out_of": 1}
    assert after["editions"] == before["editions"]
    assert after["recount"] == {"value": 1, "out_of": 1}
    page = client.get("/figures/criticism-november/").content.decode()
    assert "现在重新计数：" in page

    # Published again, both values stay to be read; nothing is written over.
    publish(supervisor, at=FRIDAY + timedelta(hours=1))
    values = [each.value for each in find_claim("criticism-november").published]
    assert values == [1, 0]
    with pytest.raises(AppendOnly):
        ClaimEdition.objects.update(value=7)
    page = client.get("/figures/criticism-november/").content.decode()
    assert "现在重新计数：" not in page


def test_rows_shown_and_not_shown_come_to_the_value_of_every_kind(
    handler, account, station
) -> None:
    """The law of the table, on rows of which some of each kind must not be shown."""
    answered(public_matter("一", by=handler), "好", by=handler)
    public_matter("二", by=handler)
    hurts = Topic.objects.filter(is_sensitive=True, urgency=3).first()
    say("不便公开的事", topic=hurts)
    say("要投诉民警", asks=Asks.COMPLAINT)
    say("三")
    desk = account("duty_officer", username="desk")
    for n in range(7):
        add_call(f"110-{n}", by=desk, at=FRIDAY, station=station if n else None)

    for code, kind in KINDS.items():
        tally = kind.count(NOVEMBER)
        parts = [*tally.rows, *tally.unshown]
        assert tally.value == sum(each.n for each in parts), code
        if tally.out_of is not None:
            assert tally.out_of == sum(each.out_of for each in parts), code
    matters = KINDS["matters-answered"].count(NOVEMBER)
    assert (matters.value, matters.out_of, len(matters.rows)) == (1, 5, 2)
    assert len(matters.unshown) == 3
    calls = KINDS["calls-closed"].count(NOVEMBER)
    assert [(row.station, row.on, row.out_of) for row in calls.rows] == [
        ("河湾派出所", date(2026, 11, 16), 6)
    ]
    assert [each.out_of for each in calls.unshown] == [1]


def test_only_a_supervisor_publishes_days_that_have_been(handler, supervisor) -> None:
    with pytest.raises(NotAllowed):
        publish(handler)
    for wrong in (
        {"last_on": date(2026, 11, 21)},
        {"first_on": date(2026, 11, 21)},
        {"kind": "arrests"},
        {"text": ClaimText(title="一", effort=" ", outcome="二")},
    ):
        with pytest.raises(services.ClaimUnclear):
            publish(supervisor, **wrong)
    publish(supervisor)
    with pytest.raises(services.ClaimTaken):
        publish(supervisor, kind="matters-answered")
    with pytest.raises(services.ClaimTaken):
        publish(supervisor, slug="publish")
    assert PublicClaim.objects.count() == 1


def test_what_is_withdrawn_stays_with_the_reason_and_what_was_said(
    client, handler, supervisor
) -> None:
    said = public_matter("数字不对", by=handler)
    claim = publish(supervisor).claim
    services.note_word(claim=claim, word=said.word, by=supervisor, at=FRIDAY)
    client.force_login(supervisor)

    empty = client.post("/figures/criticism-november/withdraw/", {"because": ""})
    done = client.post(
        "/figures/criticism-november/withdraw/", {"because": "漏计了电话渠道"}
    )

    assert (empty.status_code, done.status_code) == (422, 303)
    client.logout()
    page = client.get("/figures/criticism-november/").content.decode()
    assert "漏计了电话渠道" in page
    assert "数字不对" in page
    assert "已撤回" in client.get("/figures/").content.decode()
    with pytest.raises(services.ClaimWithdrawn):
        services.withdraw(claim=claim, because="再撤", by=supervisor, at=FRIDAY)
    kinds = Event.objects.filter(kind__startswith="claim.").values_list("kind")
    assert sorted(kind for (kind,) in kinds) == [
        "claim.published",
        "claim.withdrawn",
        "claim.word_noted",
    ]


def test_a_supervisor_counts_first_and_what_was_typed_stays(
    client, handler, supervisor
) -> None:
    public_matter("一", by=handler)
    client.force_login(supervisor)
    typed = {
        "slug": "criticism-november",
        "kind": "criticism-answered",
        "first_on": "2026-11-01",
        "last_on": "2026-11-20",
        "title": "批评",
        "effort": "做了",
        "outcome": "成了",
    }

    looked = client.post("/figures/publish/", typed | {"count": "1"})
    wrong = client.post("/figures/publish/", typed | {"last_on": "2026-12-01"})
    done = client.post("/figures/publish/", typed)

    assert "0</strong> 件，共 1 件" in looked.content.decode()
    assert (looked.status_code, wrong.status_code, done.status_code) == (200, 422, 303)
    assert 'value="批评"' in wrong.content.decode()
    again = client.get("/figures/publish/?of=criticism-november").content.decode()
    assert 'value="2026-11-20"' in again


def test_a_word_that_came_another_way_is_found_by_its_number(
    client, handler, supervisor
) -> None:
    word = public_matter("电话里说：只会做样子", by=handler).word
    publish(supervisor)
    client.force_login(supervisor)

    url = "/figures/criticism-november/word/"
    assert client.post(url, {"number": "W0"}).status_code == 422
    for _ in range(2):
        assert client.post(url, {"number": word.number.lower()}).status_code == 303

    assert ClaimWord.objects.get().by == supervisor
    assert "只会做样子" in client.get("/figures/criticism-november/").content.decode()


def test_the_list_asks_as_often_for_three_figures_as_for_one(
    client, supervisor, django_assert_num_queries
) -> None:
    publish(supervisor)
    with django_assert_num_queries(2):
        assert len(claims()) == 1
    publish(supervisor, slug="a", at=FRIDAY + timedelta(hours=1))
    publish(supervisor, slug="b", kind="patrol-minutes")
    with django_assert_num_queries(2):
        assert claims()[0].row.slug == "a"
