"""Numbers of doors: building, unit and room, and house numbers of streets.

The street or the estate stays, and so does a building that stands alone: they name a
place of many homes, and without them nobody could act on what was said. Where somebody
says he lives there, the building goes too.
"""

import re
from collections.abc import Iterator

from xunfang.core.language.redaction.spans import Kind, Span
from xunfang.core.language.scripts import aligned

_N = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百]{1,5})"
_BUILDING = (
    rf"(?:{_N}|[a-z]\d{{0,2}}|[东南西北])\s*(?:号楼|号院|栋|幢|座|号门|#楼?|楼|号|弄)"
)
_UNIT = rf"(?:{_N}|[a-z])\s*(?:单元|门洞|梯(?!田))"
_FLOOR = rf"{_N}\s*(?:层|楼)"
_ROOM = r"(?:\d{2,4}[a-z]?|[零〇一二三四五六七八九十]{3,5})"
_NOT_ROOM = r"(?![\d.]|\s*(?:元|块|万|个|人|户|年|月|日|天|点|分|米|斤|路|线|家|平|次|号线|%|多))"
_GAP = r"[\s,\-–—、/·]{0,2}"

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 3栋2单元501, 3号楼402室, 二单元五楼, 7幢1202
        rf"(?:{_BUILDING}{_GAP})?{_UNIT}(?:{_GAP}{_FLOOR})?(?:{_GAP}{_ROOM}{_NOT_ROOM}(?:室|号房?|房|户)?)?(?:\s*[左右东西]户)?",
        rf"(?:{_N}|[a-z]\d{{0,2}})\s*(?:号楼|栋|幢|座|#楼?|号院){_GAP}(?:{_FLOOR}{_GAP})?{_ROOM}{_NOT_ROOM}(?:室|号房?|房|户)?",
        rf"(?:{_BUILDING}{_GAP})?(?:{_FLOOR}{_GAP})?{_ROOM}\s*(?:室|号房|房(?![东产租子贷价屋]|间里))",
        # 12-3-402; not a date, whose year comes first
        r"(?<![\d\-/.])\d{1,3}\s?[\-–—]\s?\d{1,2}\s?[\-–—]\s?\d{3,4}(?![\d\-年/.])",
        # 中华路128号附2号, 石桥村三组15号
        (rf"(?<=[路街巷弄里道村组社屯坊园苑湾坝城寨府庄院同段])(?:{_N}(?:组|队|社))?{_N}号(?:附{_N}号?|之{_N})?(?:院)?"
        rf"(?!楼(?![上下])|[线店馆口桥桩库厅窗文令机车井码信公])(?:{_GAP}{_FLOOR})?"),
        rf"(?<=[村]){_N}(?:组|队|社){_N}号",
        # who lives there says which building
        rf"(?:(?<=住在)|(?<=家住)|(?<=家在)|(?<=我家是)|(?<=地址)|(?<=地址:)|(?<=住))[^,。;!?]{{0,16}}?(?P<it>(?:{_N}|[a-z])\s*(?:号楼|栋|幢|座)(?:{_GAP}{_FLOOR})?)",
        r"(?:房号|门牌号?|住址)[是为:\s]*(?P<it>[a-z]?\d{1,4}(?:\s?-\s?\d{1,4}){0,3}号?)",
        r"(?:(?<=住)|(?<=住在)|(?<=家))(?P<it>\d{1,3}\s?-\s?\d{3,4})",
    )
)  # fmt: skip


def addresses_in(text: str) -> Iterator[Span]:
    """Give the parts of addresses that lead to one door; spans may overlap."""
    form = aligned(text)
    for pattern in _PATTERNS:
        for found in pattern.finditer(form):
            group = "it" if "it" in pattern.groupindex else 0
            if found.end(group) > found.start(group):
                yield Span(*found.span(group), Kind.ADDRESS)
