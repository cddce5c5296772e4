"""What is said of a person that a public page may not repeat, nor a record keep.

"That one in unit three who has been to prison" is hearsay and a label on a person: the
clause is left out of what is published and whoever writes it is warned; the place and
the event stay. Of one's own people a resident may say what he likes: "my father is
confused" is how he is found.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from xunfang.core.language.redaction.spans import Kind, Span
from xunfang.core.language.scripts import aligned


class Claim(StrEnum):
    """What a claim is about. Values are stored: never rename one."""

    PAST = "past"
    """Prison, a record."""
    CRIME = "crime"
    """That somebody is a criminal."""
    HEALTH = "health"
    DRUGS = "drugs"
    MORALS = "morals"
    FAITH = "faith"
    PETITIONS = "petitions"


_ABOUT = {
    Claim.PAST: r"坐过?(?:牢|监)|蹲过?(?:监狱|监|号子|班房|大牢|看守所)|进过?(?:局子|监狱|号子|看守所)|劳改|劳教|刑满|前科|案底|刑释|判过刑|吃过牢饭|几进宫|有过案|放出来的",
    Claim.CRIME: r"惯偷|贼娃子|小偷一个|是个?(?:贼|小偷|骗子|流氓|强奸犯|杀人犯|逃犯|人贩子|黑社会|混混|地痞)|(?:逃犯|强奸犯|杀人犯|通缉犯|老赖|黑老大)|手脚不干净|混黑社会|道上的",
    Claim.HEALTH: r"精神病|神经病|疯子|疯婆|疯了的|精神(?:有|不)(?:问题|正常)|脑子有(?:病|问题|毛病)|脑壳有包|抑郁症|艾滋|hiv|性病|梅毒|乙肝|肺结核|传染病|弱智|智障|傻子|神经兮兮|羊癫疯",
    Claim.DRUGS: r"吸(?:过|的)?毒(?:的|人员|史|过)?|瘾君子|粉仔|抽大烟|嗑药|溜冰的|戒毒",
    Claim.MORALS: r"小三|二奶|情妇|姘头|偷人|偷汉|乱搞男女|做鸡|鸡婆|坐台|妓女|同性恋|不正经|野种|私生子|破鞋",
    Claim.FAITH: r"信(?:邪)?教的|邪教|法轮功?|全能神|基督徒|穆斯林|回回|信主的|传教的|少数民族的人",
    Claim.PETITIONS: r"上访(?:户|专业户|的人|人员)|老上访|信访户|钉子户|缠访|闹访|告状专业户",
}  # fmt: skip
_PATTERNS = {claim: re.compile(pattern) for claim, pattern in _ABOUT.items()}

_CLAUSE = re.compile(r"[^,。;!?\n]+")
_SOMEBODY = re.compile(
    r"那个|这个|那家|这家|那户|这户|那人|这人|某|他|她|它|人家|隔壁|对门|对面|楼上|楼下|邻居|姓|老[\u4e00-\u9fff]|小[\u4e00-\u9fff]"
    r"|儿子|女儿|老公|男人|女人|男的|女的|一家|家里有|单元|号|栋|院|房东|租客|老板|村里|那边|一个|有个|个人|的人|就是|听说|据说|都说|谁都知道"
)
_OWN = re.compile(
    r"(?:我|俺|咱)(?:自己|本人)?(?:有|是|得|曾|以前|坐|蹲|患|的(?:病|抑郁|精神))|本人|我(?:爸|妈|爷|奶|哥|弟|姐|妹|儿|女|老公|老婆|媳妇|家人|外公|外婆|岳|公公|婆婆|孩子|娃)"
)
_PLACE_LEAD = re.compile(
    r"(?:有人|一帮人|一伙人|一群人|好多人|在里面|聚众|里面|包房|屋里|楼道).{0,8}(?:吸毒|卖的)"
)


def claims_in(text: str) -> Iterator[tuple[Claim, Span]]:
    """Give each clause that labels somebody else, and what the label is about."""
    form = aligned(text)
    for clause in _CLAUSE.finditer(form):
        said = clause.group()
        if _OWN.search(said) or _PLACE_LEAD.search(said):
            continue
        for claim, pattern in _PATTERNS.items():
            if (found := pattern.search(said)) and _names_somebody(said, found):
                yield claim, Span(*clause.span(), Kind.CLAIM)
                break


def _names_somebody(said: str, found: re.Match[str]) -> bool:
    # The label alone names him where it ends as "the one who": 坐过牢的.
    rest = said[: found.start()] + "|" + said[found.end() :]
    return bool(_SOMEBODY.search(rest)) or rest.endswith("|的")
