"""Sixty messages that residents of Yunting sent: some answered, some waiting, all kept.

The plain ones are sorted and answered as the city's officers would, and so is most of
what could not wait; what is sealed or came last waits for whoever signs in.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zlib import crc32

from xunfang.accounts.models import Role, User
from xunfang.cases import services as cases
from xunfang.cases.advice import services as advice
from xunfang.cases.links import services as links
from xunfang.cases.log import ZONE
from xunfang.cases.models import Case, PublicText, ServiceItem, Topic
from xunfang.cases.topics.services import ensure_topics
from xunfang.core.casework.scam_desk import answer_by
from xunfang.core.casework.steps import State, Step
from xunfang.core.language.redaction.names import loaded_model
from xunfang.core.language.redaction.text import redact
from xunfang.feedback.models import Asks, Channel, Word
from xunfang.places.models import GridCell
from xunfang.units.models import Station

CHANNELS: Mapping[str, Channel] = {
    "web": Channel.WEB,
    "wechat": Channel.CHAT,
    "sms": Channel.SMS,
    "sms_reply": Channel.SMS,
    "phone": Channel.PHONE,
    "patrol_qr": Channel.WEB,
    "visit": Channel.FACE,
}
ASKS: Mapping[str, Asks] = {
    "1001": Asks.CRITICISM,
    "1002": Asks.SUGGESTION,
    "1003": Asks.COMPLAINT,
    "1005": Asks.THANKS,
    "1007": Asks.OWN_DATA,
}
SOURCE = "demo"
BESIDE_DEGREES = 0.0003
"""A pin is set beside a street's point, some thirty metres off."""
_A_MINUTE = timedelta(minutes=1)
ANSWERED_WITHIN = timedelta(days=20), timedelta(days=2)
WAITING_WITHIN = timedelta(hours=11), timedelta(minutes=20)
"""How long ago the first and the last came that were answered, or still wait."""
SEEN_AFTER = {1: timedelta(hours=1), 2: timedelta(hours=2)}
"""By urgency: after what time somebody has it in hand."""
TOLD_AFTER = 70 * _A_MINUTE
"""How long after they came those were answered that could not wait."""

ANSWERS: Mapping[str, str] = {
    "M018": "谢谢您把经过讲给家人听。您说差点垫进去的三千元,我们只按您自己说的记一次。下周四晚上议事厅再讲刷单,欢迎带家人来。",
    "M019": "没填卡号做得对。ETC 停用不会发短信要卡号,这条短信我们已登记,同样的短信到五条就在汀河一带发提醒。",
    "M020": "汀江路药店门口的人行道,10 月 19 日起每天 7:30 和 17:00 各去一次,已贴单 11 张。下月 15 日在这里公布这四周的次数。",
    "M021": "汀西二小门口最近十天,我们有六天是放学后才到,您说得对。从 9 月 14 日起提前三十分钟到岗,每天到岗时间可查。",
    "M031": "地界的事调成了,谢谢您还愿意说。您说早一年来就更好,我们查了:第一次来访到开始调解隔了四个月,这条记在下季度的改进里。",
    "M034": "老街口路灯 9 月 11 日报给城管,单号 12345-0911-27,9 月 18 日修好。修好之前晚自习时段加了一班巡逻。",
    "M043": "冷藏车夜间进城通行证是服务措施第 12 条:窗口或网上都能办,材料齐两个工作日。要带行驶证和运输合同。",
    "M048": "您楼下三次电瓶车失窃,8 到 11 月我们在北关菜市场后巷巡了 41 小时,一起也没有破,这是实情。11 月 20 日起装灯,丢车时段 19:00–22:00 定点。",
    "M050": "四个字我们也当批评收下。您说的是哪条街、什么时候?汀江路一带上个月的巡逻分钟和警情数都在公示页,哪一条不实请直接指出。",
    "M051": "采纳。按您说的时间查了三个场次:7:00–8:00 报失占一天的六成。11 月起青石赶场天 6:00 上岗,一个月后公布前后数。",
    "M055": "谢谢您。药找回来就好,两位同志的名字按惯例不公开。",
    "M058": "石门坳上月每周巡逻 12 分钟,确实少。11 月 16 日起每周二、周五晚各去一次,到明年 1 月底,前后分钟数在这里公布。",
}
"""What the officers of the demo have answered."""
AT_ONCE: Mapping[str, str] = {
    "M001": "河湾组两分钟后到了烧烤广场,伤者已送医,动手的三人已带回。您说得清楚,帮了大忙。",
    "M002": "姑娘已经下来了,和家里人在一起。谢谢您一直陪着她说话。",
    "M003": "老人在柳坪豆腐店后面找到了,已送回家。给他做一张写电话的卡,社区民警明天带来。",
    "M004": "民警已到隔壁,孩子和母亲当晚去了亲戚家。没有人提到您。",
    "M005": "门口的车已挪开,救护车八分钟后进了小区,老人已送到医院。",
    "M006": "四个孩子都上岸了,家长已接走。水库边今天起下午有人看着。",
    "M010": "已冻结对方账户,能追回多少还要等银行。请保留转账记录和聊天,今天来所里做笔录。",
    "M013": "是骗子:公安不会用微信做笔录,也不会发通缉令给您看。别加、别转钱,截图留好,已登记。",
    "M014": "是騙子。先別匯款,直接打孫子自己的電話。號碼我們已登記,下午去看您。",
    "M023": "双方都留下了,责任已认定。腿麻请去医院看一看,费用凭单据处理。",
    "M038": "水沟已疏通,屋里的水抽干了。社区给您送了两床干被子,今晚再去看一次。",
    "M045": "明天上午和您一起去家里看看,先不告诉别人是谁说的。",
}
"""What was answered within the hour or so, and is nobody else's business."""
CITED: Mapping[str, Sequence[int]] = {"M043": (12,)}
"""Services of the catalogue that an answer cites."""
STATED: Mapping[str, int] = {"M018": 3000}
"""What somebody says in their words that asking first has kept them from paying."""
TOGETHER = (("M035", "M034"),)
"""Words that are one matter: the second case takes the first one in."""


@cache
def messages() -> list[dict[str, Any]]:
    """Return the sixty messages with what is expected of each."""
    text = (
        resources.files("xunfang.cli.demo")
        .joinpath("data/messages.jsonl")
        .read_text(encoding="utf-8")
    )
    return [json.loads(line) for line in text.splitlines()]


def load_words(*, at: datetime) -> int:
    """Have the sixty messages said in the months before a moment; once."""
    ensure_topics(at=at)
    if Word.objects.filter(source=SOURCE).exists():
        return 0
    stations = {station.code: station for station in Station.objects.all()}
    pins = _pins()
    topics = {topic.code: topic for topic in Topic.objects.exclude(parent=None)}
    officer = User.objects.filter(role=Role.DUTY_OFFICER).earliest("pk")
    by_id: dict[str, Case] = {}
    for came_at, message in _in_time(at):
        taken = cases.take_in(
            channel=CHANNELS[message["channel"]],
            text=message["text"],
            asks=ASKS.get(message["category"], Asks.UNSAID),
            station=stations[message["station"]],
            lonlat=_pin(message, pins),
            source=SOURCE,
            external_id=message["id"],
            at=came_at,
        )
        by_id[message["id"]] = case = taken.case
        seen_after = SEEN_AFTER.get(case.urgency)
        if message["id"] in ANSWERS:
            _answer(case, taken.word, message, topics, officer, came_at)
        elif seen_after and at - came_at > seen_after and not case.is_sealed:
            cases.acknowledge(case=case, by=officer, at=came_at + _A_MINUTE)
            topic = topics[message["category"]]
            case = _take(case, topic, officer, came_at + 5 * _A_MINUTE)
            if message["id"] in AT_ONCE:
                _tell(case, message["id"], officer, came_at)
    for part, whole in TOGETHER:
        links.join(case=by_id[part], into=by_id[whole], by=officer, at=at)
    return len(by_id)


def _pins() -> Mapping[str, Sequence[tuple[float, float]]]:
    """Return the points of each station's cells, in the order of their codes."""
    pins: dict[str, list[tuple[float, float]]] = {}
    rows = GridCell.objects.order_by("code")
    for code, lon, lat in rows.values_list("area__station_code", "lon", "lat"):
        pins.setdefault(code, []).append((lon, lat))
    return pins


def _pin(
    message: Mapping[str, Any], pins: Mapping[str, Sequence[tuple[float, float]]]
) -> tuple[float, float] | None:
    """Return where on its station's ground somebody set a pin; one in four set none."""
    drawn = crc32(str(message["id"]).encode())
    points = pins.get(message["station"], ())
    if not points or drawn % 4 == 0:
        return None
    lon, lat = points[drawn // 4 % len(points)]
    return lon + BESIDE_DEGREES, lat - BESIDE_DEGREES


def _in_time(at: datetime) -> list[tuple[datetime, dict[str, Any]]]:
    """Return the messages in order, each with when it came."""
    joined = {part for part, _ in TOGETHER}
    ordered = sorted(messages(), key=lambda each: str(each["received_at"]))
    said: list[tuple[datetime, dict[str, Any]]] = []
    for is_answered, (first, last) in (
        (True, ANSWERED_WITHIN),
        (False, WAITING_WITHIN),
    ):
        ours = [
            each
            for each in ordered
            if (each["id"] in ANSWERS or each["id"] in joined) is is_answered
        ]
        step = (first - last) / max(len(ours) - 1, 1)
        said += [(at - first + n * step, each) for n, each in enumerate(ours)]
    came_at = {each["id"]: moment for moment, each in said}
    # What is joined was said before the other one was answered.
    came_at |= {part: came_at[whole] + 60 * _A_MINUTE for part, whole in TOGETHER}
    timed = [(came_at[each["id"]], each) for _, each in said]
    return sorted(timed, key=lambda each: each[0])


def _take(case: Case, topic: Topic, by: User, at: datetime) -> Case:
    """Sort a case as a person would, and have somebody own it."""
    case.refresh_from_db()
    if case.state == State.NEW:
        case = cases.sort(
            case=case,
            topic=topic,
            urgency=case.urgency,
            station=case.station,
            by=by,
            at=at,
            revision=case.revision,
        )
    return cases.take(case=case, owner=by, by=by, at=at)


def _tell(case: Case, name: str, by: User, came_at: datetime) -> None:
    """Answer what could not wait: a scam while it is one, the rest when it is over."""
    is_asking = case.topic is not None and case.topic.code in Topic.BEFORE_PAYING
    at = came_at + (6 * _A_MINUTE if is_asking else TOLD_AFTER)
    cases.answer(
        case=case,
        text=AT_ONCE[name],
        by=by,
        at=at,
        revision=case.revision,
        is_confirmed=True,
    )


def _answer(
    case: Case,
    word: Word,
    message: Mapping[str, Any],
    topics: Mapping[str, Topic],
    by: User,
    came_at: datetime,
) -> None:
    """Sort, take and answer a message some hours after it came; show it to the public."""
    topic = topics[message["category"]]
    if topic.code in Topic.BEFORE_PAYING:
        # A question asked before paying is not left until the next day.
        answered_at = answer_by(came_at, zone=ZONE) - 2 * _A_MINUTE
        at = answered_at - 2 * _A_MINUTE
    else:
        at = came_at + timedelta(hours=20)
        answered_at = at + timedelta(hours=3)
    case = _take(case, topic, by, at)
    cases.answer(
        case=case,
        text=ANSWERS[message["id"]],
        by=by,
        at=answered_at,
        revision=case.revision,
        is_confirmed=True,
        cites=ServiceItem.objects.filter(number__in=CITED.get(message["id"], ())),
    )
    if yuan := STATED.get(message["id"]):
        advice.take_down_saving(word=word, amount_yuan=yuan, by=by, at=answered_at)
    if topic.code == Topic.SUGGESTION:
        cases.decide(
            case=case,
            decision="yes",
            why=ANSWERS[message["id"]],
            by=by,
            at=answered_at,
        )
    if topic.is_sensitive:
        return
    shown = redact(word.said.text, names=loaded_model()).text
    PublicText.objects.create(word=word, text=shown, at=at, by=by)
    Case.objects.filter(pk=case.pk).update(public_since=at)
    if topic.code == Topic.THANKS:
        case.refresh_from_db()
        cases.press(case=case, step=Step.CLOSED, by=by, at=at + timedelta(days=1))
