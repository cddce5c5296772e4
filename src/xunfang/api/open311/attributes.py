"""What is asked beside the text, topic by topic: one table.

A topic that has no row here asks nothing. What somebody answers is kept below their text,
in words, so that whoever reads the case reads it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Datatype(StrEnum):
    """How a question is answered; the names are the specification's."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    ONE_OF = "singlevaluelist"
    SOME_OF = "multivaluelist"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be chosen."""

    key: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question, or a hint that asks nothing (``is_asked`` false)."""

    code: str
    datatype: Datatype
    question: str
    question_en: str
    hint: str = ""
    hint_en: str = ""
    is_required: bool = False
    is_asked: bool = True
    choices: Sequence[Choice] = ()


_TIMES = (
    Choice("morning", "早上（6–9点）", "Morning (6–9)"),
    Choice("day", "白天（9–17点）", "Daytime (9–17)"),
    Choice("evening", "傍晚（17–21点）", "Evening (17–21)"),
    Choice("night", "夜间（21–6点）", "Night (21–6)"),
    Choice("always", "全天", "All day"),
)
_YES_NO = (Choice("yes", "是", "Yes"), Choice("no", "否", "No"))

_WHEN = Attribute(
    "WHEN", Datatype.SOME_OF, "多在什么时段？", "At what time of day?", choices=_TIMES
)
_SINCE = Attribute(
    "SINCE", Datatype.DATETIME, "从什么时候开始？", "Since when?", "可不填", "Optional"
)
_GONE_ON = Attribute(
    "STILL",
    Datatype.STRING,
    "如果事情正在发生，请先拨打110。",
    "If it is happening now, call 110 first.",
    is_asked=False,
)

ATTRIBUTES: Mapping[str, Sequence[Attribute]] = {
    "0201": (
        _GONE_ON,
        Attribute("LOST", Datatype.TEXT, "丢了什么？", "What was taken?"),
        Attribute("SEEN_AT", Datatype.DATETIME, "何时发现？", "When was it noticed?"),
    ),
    "0204": (_GONE_ON,),
    "0401": (
        _WHEN,
        Attribute(
            "N_VEHICLES",
            Datatype.NUMBER,
            "大约多少辆车？",
            "About how many vehicles?",
            "不要填写车牌",
            "No number plates, please",
        ),
    ),
    "0404": (_WHEN,),
    "0405": (_GONE_ON, _WHEN),
    "0501": (
        _WHEN,
        Attribute(
            "WHAT",
            Datatype.SOME_OF,
            "是什么声音？",
            "What kind of noise?",
            choices=(
                Choice("music", "音乐、音响", "Music, loudspeakers"),
                Choice("voices", "人声、喊叫", "Voices, shouting"),
                Choice("machines", "机器、油烟机", "Machines, extractors"),
                Choice("vehicles", "车辆", "Vehicles"),
            ),
        ),
        _SINCE,
    ),
    "0502": (_WHEN, _SINCE),
    "0504": (
        Attribute(
            "HURT",
            Datatype.ONE_OF,
            "有人受伤吗？",
            "Was anybody hurt?",
            choices=_YES_NO,
        ),
        _WHEN,
    ),
    "0702": (
        Attribute(
            "WHAT",
            Datatype.ONE_OF,
            "什么坏了？",
            "What is broken?",
            is_required=True,
            choices=(
                Choice("lamp", "路灯", "Street lamp"),
                Choice("camera", "监控摄像头", "Camera"),
                Choice("signal", "信号灯", "Traffic light"),
                Choice("other", "其他", "Something else"),
            ),
        ),
        Attribute(
            "POLE",
            Datatype.STRING,
            "灯杆或设备编号",
            "Number on the pole or the device",
            "看得见时填写",
            "Where it can be read",
        ),
        _SINCE,
    ),
    "0704": (
        Attribute(
            "WHAT",
            Datatype.ONE_OF,
            "是什么问题？",
            "What is it?",
            choices=(
                Choice("manhole", "井盖缺失破损", "Manhole cover missing or broken"),
                Choice("water", "水管漏水", "Water leak"),
                Choice("power", "电线、电箱", "Wires, switch boxes"),
                Choice("gas", "燃气", "Gas"),
            ),
        ),
        Attribute(
            "GAS",
            Datatype.STRING,
            "闻到燃气味请先离开，到室外拨打119。",
            "If you smell gas, leave first and call 119 outside.",
            is_asked=False,
        ),
    ),
    "0805": (
        Attribute(
            "WISHED_AT",
            Datatype.DATETIME,
            "希望什么时候上门？",
            "When should we come?",
        ),
    ),
    "1008": (
        _WHEN,
        Attribute("WHY", Datatype.TEXT, "为什么需要？", "Why is it needed?"),
    ),
}
"""By code of the topic, in the order in which they are asked."""
