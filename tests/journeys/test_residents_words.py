"""Three words of residents, from the form to what became of them, over HTTP.

"Only for show": answered in public, and proven when somebody inside makes it kinder. A
woman on the bridge: on the desk at once, and nowhere else. A complaint about an officer:
answered, without the station ever reading it.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.factories import calls as factory
from tests.factories.ledger import KEY, insider
from tests.rooms.audit.test_ledger_pages import VERIFY
from xunfang.audit.ledger import keys, queries, sealing
from xunfang.calls.desk.live import HUB
from xunfang.calls.models import Call, CallTask
from xunfang.cases.models import Case
from xunfang.cases.topics.services import ensure_topics
from xunfang.cli import main, serve
from xunfang.feedback.models import Word
from xunfang.public.matters import alike
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 20, 3, 11, tzinfo=UTC)
EVENING = datetime(2026, 10, 2, 12, 16, tzinfo=UTC)
"""Sixteen minutes past eight in the city."""
FEEDS = (
    "/matters/",
    "/matters.csv",
    "/matters.json",
    "/matters.rss",
    "/open311/v2/requests.json",
    "/open311/v2/requests.xml",
)


@pytest.fixture
def clock(monkeypatch, settings, tmp_path):
    """Set the time, and keep the log's newest checkpoint in a folder of the test."""
    settings.DATA_DIR = tmp_path
    for module in (keys, queries, sealing):
        monkeypatch.setattr(module, "our_key", lambda: KEY)
    monkeypatch.setattr(serve, "set_up", lambda: None)
    alike.forget()
    HUB.forget()

    def set_to(at):
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        ensure_topics(at=at)

    return set_to


@pytest.fixture
def staff(account):
    """Return the browser of somebody: ``staff("leader", "S01")``."""

    def browser(role, station_code=""):
        user = account(
            role, station_code=station_code, username=f"{role}-{station_code}"
        )
        found = Client(headers={"accept-language": "zh-hans"})
        found.force_login(user)
        found.user = user
        return found

    return browser


def add_station(code, name):
    return Station.objects.create(code=code, name=name, lon=0, lat=0)


def say(client, text, **typed) -> tuple[str, Case, str]:
    """Type it into the form; return the receipt's address, the case and the receipt."""
    sent = client.post("/say/", {"text": text, **typed})
    assert sent.status_code == 303
    receipt = client.get(sent.headers["Location"])
    word = Word.objects.latest("pk")
    return (
        sent.headers["Location"].removesuffix("receipt/"),
        word.links.get().case,
        receipt.content.decode(),
    )


def shown(client, address) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def press(client, case, act, **typed) -> None:
    answer = client.post(f"/cases/{case.number}/{act}/", typed)
    assert answer.status_code == 303, answer.content.decode()
    case.refresh_from_db()


def test_only_for_show_is_answered_in_public_and_proven_against_an_insider(
    client, staff, clock, capsys, tmp_path
):
    clock(MORNING)
    add_station("S01", "汀东派出所")
    words = "汀东派出所只会做样子!"
    mine, case, receipt = say(client, words, asks="criticism")
    code = client.get(f"{mine}receipt/").context["code"]
    assert code in receipt

    leader = staff("leader", "S01")
    press(leader, case, "take")
    for_all = {f"public-text_{case.links.get().word.pk}": words}
    press(leader, case, "publish", **for_all, **{"public-revision": case.revision})
    answer = (
        "汀东派出所上月在您说的一带巡逻41小时,没有做到的是夜市,11月25日起每晚19点定点。"
    )
    press(
        leader,
        case,
        "answer",
        **{"answer-text": answer, "answer-revision": case.revision},
    )

    page = shown(client, f"/matters/{case.number}/")
    assert words in page
    assert answer in page
    opened = client.post("/r/", {"code": code})
    assert answer in shown(client, opened.headers["Location"])

    sealing.seal(at=MORNING + timedelta(minutes=1))
    proof = client.get(f"{mine}proof.json").json()
    assert VERIFY.verify(proof)[0] == []
    index = case.links.get().word.ledger_index
    arguments = main.build_parser().parse_args(["verify", "ledger"])
    assert arguments.handler(arguments) == 0

    with insider() as cursor:
        cursor.execute(
            "UPDATE feedback_said SET text = %s WHERE word_id = %s",
            ["汀东派出所做得很好!", case.links.get().word.pk],
        )

    capsys.readouterr()
    assert arguments.handler(arguments) == 1
    assert f"entry 条目 {index} (feedback.word): the row says something else now" in (
        capsys.readouterr().out
    )
    # What the sender kept proves what they said; what we hand out now does not.
    assert VERIFY.verify(proof)[0] == []
    assert proof["document"]["text"] == words
    bent = client.get(f"{mine}proof.json")
    assert VERIFY.verify(json.loads(bent.content))[0] == [
        "The words are NOT those that were committed to."
    ]


def test_a_woman_on_the_bridge_is_on_the_desk_at_once_and_nowhere_else(
    client, staff, clock
):
    clock(EVENING)
    add_station("S08", "白鹭湖派出所")
    factory.add_class(
        "A1",
        name="有人欲自杀",
        restriction="self_harm",
        protocol="self_harm",
        urgency=1,
    )
    words = "白鹭湖白鹭桥栏杆外头站着个姑娘在哭,我在跟她说话拖着,你们快一点"
    mine, case, receipt = say(client, words, where="白鹭桥")
    assert "110" in receipt
    assert (case.urgency, case.station.code) == (1, "S08")

    desk = staff("duty_officer", "S08")
    strip = shown(desk, "/desk/")
    assert "白鹭桥栏杆外头" in strip
    form = desk.get(f"/calls/enter/?case={case.number}").context["form"]
    entered = desk.post(
        "/calls/enter/",
        {
            "key": form["key"].value(),
            "words": form["words"].value(),
            "place_text": form["place_text"].value(),
            "station": form["station"].value(),
            "reporter": "resident",
            "call_class": "A1",
        },
    )
    assert entered.status_code == 303
    desk.post(f"/desk/words/{case.number}/seen/")
    HUB.forget()
    assert case.number not in shown(desk, "/desk/")

    call = Call.objects.get()
    assert (call.restriction, call.place_text) == ("self_harm", "白鹭桥")
    crew = staff("patrol_officer", "S08")
    assert crew.get(f"/calls/at/{call.number}/").status_code == 404
    assert crew.get(f"/cases/{case.number}/").status_code == 403
    task = CallTask.objects.get(call=call)
    assert (task.kind, task.due_at) == ("after_care", EVENING + timedelta(days=1))

    case.refresh_from_db()
    press(
        desk,
        case,
        "sort",
        **{
            "sort-topic": "0102",
            "sort-urgency": 1,
            "sort-station": case.station.pk,
            "sort-revision": case.revision,
        },
    )
    word = case.links.get().word
    refused = desk.post(
        f"/cases/{case.number}/publish/",
        {f"public-text_{word.pk}": "桥上救人", "public-revision": case.revision},
    )
    assert refused.status_code == 409
    for feed in FEEDS:
        page = shown(client, feed)
        assert case.number not in page
        assert "白鹭桥" not in page
    assert "白鹭桥" in shown(client, mine)


def test_a_complaint_is_answered_without_its_station_ever_reading_it(
    client, staff, clock
):
    clock(MORNING)
    station = add_station("S05", "新港派出所")
    words = "新港派出所窗口那个年轻的吼我爸,说听不懂回去叫你儿子来"
    mine, case, _receipt = say(client, words, asks="complaint")
    assert (case.station, case.is_sealed) == (station, True)

    everywhere = (
        "/cases/",
        "/cases/?shown=all&q=窗口",
        f"/cases/?shown=all&q={case.number}",
        "/cases/sort/",
        "/cases/needs/",
        f"/cases/{case.number}/",
        *FEEDS,
    )
    for role in ("duty_officer", "leader", "community_officer", "supervisor"):
        of_station = staff(role, "S05")
        for address in everywhere:
            assert "吼我爸" not in shown(of_station, address), (role, address)
        assert case.number in shown(of_station, f"/cases/{case.number}/")
        assert of_station.post(f"/cases/{case.number}/take/").status_code in {403, 404}
    assert "吼我爸" not in shown(staff("leader", "S01"), "/cases/?shown=all")
    for feed in FEEDS:
        assert case.number not in shown(client, feed)

    city = staff("supervisor")
    assert "吼我爸" in shown(city, f"/cases/{case.number}/")
    press(city, case, "take")
    assert case.owner == city.user
    answer = (
        "10月30日上午窗口录像已调取,当班人员11月23日向您父亲当面道歉,并调离窗口一个月。"
    )
    press(
        city,
        case,
        "answer",
        **{"answer-text": answer, "answer-revision": case.revision},
    )
    page = shown(client, mine)
    assert answer in page
    assert city.user.display_name not in page
    for address in everywhere:
        assert "录像已调取" not in shown(of_station, address)
