"""What an answer to a resident fails to say.

A reply is read beside the word it answers. It is flagged when it is shorter than fifteen
characters, when nothing is left of it once the empty phrases are gone, when it names no
content word of the point, and when it has no fact, date or next step. A flag asks the
writer to look again; whether the resident is answered, only the resident says.
"""

import itertools
import re
from dataclasses import dataclass
from enum import StrEnum

from xunfang.core.language.scripts import aligned, bare_form

LEAST_CHARACTERS = 15
_LEAST_LEFT = 8
"""Letters and digits that must remain beside empty phrases for a reply to say anything."""


class Flaw(StrEnum):
    """What a reply lacks. Values are stored: never rename one."""

    TOO_SHORT = "reply.too_short"
    ONLY_PHRASES = "reply.only_phrases"
    MISSES_POINT = "reply.misses_point"
    NO_FACT = "reply.no_fact"
    NO_ITEM = "reply.no_item"
    """It is about a service and names no item of the catalogue."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw, and the words it was seen by: phrases used, or words never named."""

    flaw: Flaw
    words: tuple[str, ...] = ()


EMPTY_PHRASES = (
    "您好", "你好", "亲爱的市民", "尊敬的市民", "尊敬的居民", "市民朋友", "居民朋友", "群众朋友", "网友",
    "和谐", "呵呵", "哈哈", "已阅", "收到", "知道了", "知悉", "好的", "了解", "嗯", "哦",
    "感谢您的来信", "感谢您的反映", "感谢您的留言", "感谢您的关注", "感谢您的支持", "感谢您的理解", "感谢您的监督", "感谢您的宝贵意见",
    "感谢您的关心", "感谢支持", "感谢理解", "感谢配合", "感谢反映", "感谢关注", "感谢监督", "谢谢您的", "谢谢支持", "谢谢理解", "谢谢", "感谢",
    "您反映的问题", "您反映的情况", "你反映的问题", "你反映的情况", "所反映的问题", "您的问题", "您的留言", "您的诉求", "您的意见", "您的建议",
    "我们高度重视", "领导高度重视", "高度重视", "十分重视", "非常重视", "引起重视", "认真对待", "虚心接受",
    "我们已收悉", "已收悉", "收悉", "已收到", "已知悉", "已记录", "已登记", "已转相关部门", "已转有关部门", "转交相关部门", "转有关部门处理",
    "正在处理中", "正在处理", "正在办理", "正在核实", "正在研究", "正在协调", "正在积极", "尽快处理", "尽快解决", "尽快办理", "尽快答复", "及时处理",
    "将会处理", "会处理的", "妥善处理", "依法处理", "严肃处理", "积极处理", "积极协调", "积极解决", "认真处理", "认真研究", "认真落实", "抓紧落实", "抓好落实",
    "进一步加强", "进一步加大", "进一步完善", "进一步提升", "加强管理", "加强工作", "加强监管", "加强巡逻防控", "加大力度", "加大工作力度", "持续推进", "不断改进", "不断提高",
    "完善机制", "建立长效机制", "长效机制", "举一反三", "有则改之", "无则加勉", "改进工作", "提高服务水平", "提升服务质量", "优化服务",
    "全力以赴", "努力做好", "竭诚为您服务", "为人民服务", "为您服务", "为群众服务", "维护社会稳定", "共建和谐社会", "共建平安", "共创美好", "共同努力",
    "请您理解", "请理解", "敬请谅解", "敬请理解", "望理解", "请谅解", "请您放心", "请放心", "请耐心等待", "耐心等待", "请继续关注", "欢迎监督", "欢迎继续监督",
    "如有疑问", "如有问题", "请拨打", "请咨询", "请与我们联系", "欢迎来电", "祝您生活愉快", "祝您工作顺利", "生活愉快", "工作顺利", "身体健康", "万事如意",
    "相关部门", "有关部门", "相关单位", "有关单位", "相关工作", "相关情况", "按照规定", "按照有关规定", "根据相关规定", "根据有关规定", "实际情况", "具体情况",
)  # fmt: skip
"""What can be said to anybody about anything."""

_PHRASES = re.compile(
    "|".join(
        re.escape(bare_form(p)) for p in sorted(EMPTY_PHRASES, key=len, reverse=True)
    )
)
_GLUE = re.compile(
    r"[的了和与对将会我们你您他她它本所局处单位是在就也并及等给向把被让请已经再这那此其一下对于关于为后续中之以来到都还要能可以进行工作问题情况同志部门]"
)

_FACT = re.compile(
    r"\d|[一二三四五六七八九十两几]+(?:个|次|名|天|日|周|月|点|时|分|小时|处|盏|条|辆|人|年|起|件|班|趟|号|元)"
    r"|今天|明天|后天|今晚|明晚|昨[天晚日]|本周|下周|这周|周[一二三四五六日天末]|星期[一二三四五六日天]|月底|月初|年底|本月|下月|节前|节后|上午|下午|凌晨"
    r"|已(?:经)?(?:装|修|换|拆|移|拖|罚|立案|抓获|通知|约|联系|安排|查|处罚|登记编号|清理|更换|安装|调解|到场|走访|调取|查看)"
    r"|(?:没有|未能|不能|办不到|做不到|不予).{0,12}(?:因为|由于|原因|依据)|因为|由于"
)
_NEVER_CONTENT = set(
    "的了着过是在有和与跟对把被给让叫要会能可以就都也还又再很太最更不没无未别吗呢吧啊呀哦嘛么什怎哪谁这那此其之于从到向往来去上下里外前后中"
    "我你您他她它们自己人家咱俺个些点次天年月日时候分几一二三四五六七八九十百千万两多少每各为因所但而且或如果说讲看想请求希望建议你好谢感问题情况事"
)
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{2,}|[a-z]{3,}|\d{3,}")
_WORDS_SHOWN = 6


def check_reply(
    reply: str, word: str, *, lacks_item: bool = False
) -> tuple[Finding, ...]:
    """Return what a reply to a resident's word lacks; nothing, if it lacks nothing.

    ``lacks_item``: it should cite the catalogue of services, and does not.
    """
    findings = []
    said = bare_form(reply)
    if len("".join(reply.split())) < LEAST_CHARACTERS:
        findings.append(Finding(Flaw.TOO_SHORT))
    phrases = tuple(dict.fromkeys(_PHRASES.findall(said)))
    left = _GLUE.sub("", _PHRASES.sub("", said))
    if len(left) < _LEAST_LEFT:
        findings.append(Finding(Flaw.ONLY_PHRASES, phrases))
    point = content_words(word)
    if point and not any(each in said for each in point):
        findings.append(Finding(Flaw.MISSES_POINT, point[:_WORDS_SHOWN]))
    if not _FACT.search(aligned(reply)):
        findings.append(Finding(Flaw.NO_FACT))
    if lacks_item:
        findings.append(Finding(Flaw.NO_ITEM))
    return tuple(findings)


def content_words(word: str) -> tuple[str, ...]:
    """Return the pairs of characters in a text that can carry its point, in order."""
    pairs = []
    for run in _HAN_RUN.findall(aligned(word)):
        if run.isascii():
            pairs.append(run)
            continue
        for first, second in itertools.pairwise(run):
            if not {first, second} & _NEVER_CONTENT:
                pairs.append(first + second)
    return tuple(dict.fromkeys(pairs))
