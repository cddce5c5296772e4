"""What a text asks of whoever reads it, apart from its matter.

"Do not say that it was me" binds whoever calls back; "they told me to rate us satisfied"
concerns those whose case it would be; and what speaks to the system instead of to people
is read like everything else, and never obeyed. Patterns are matched on one width, case
and script (`scripts.aligned`).
"""

import re
from enum import StrEnum

from xunfang.core.language.scripts import aligned


class Remark(StrEnum):
    """What stands in a text. Values are stored: never rename one."""

    SECRECY = "secrecy"
    """Nobody is to learn who said it."""
    PRESSED = "pressed"
    """Somebody was told how to rate us, or not to complain."""
    COMMANDS = "commands"
    """It gives orders to the system."""


_PATTERNS = {
    Remark.SECRECY: re.compile(
        r"(?:别|不要|莫|勿|不想|不让)[^,。;!?]{0,6}(?:说是我|讲是我|告诉|透露|暴露|知道是我|跟.{1,4}(?:讲|说))"
        r"|(?:替|帮|给|为)我?隐瞒|(?<!环)保密(?!闭|封)|怕(?:他|她|报复|打击)"
    ),
    Remark.PRESSED: re.compile(
        r"(?:叫|让|要|求|逼|催|教|喊)(?:我|我们|大家|群众)?[^。;!?]{0,12}(?:选|打|评|回|点|按|改|填)[^。;!?]{0,4}(?:满意|好评|五星|高分)"
        r"|(?:不满意|差评|低分)[^。;!?]{0,8}(?:扣|罚|找(?:你|我)|后果)"
        r"|(?:叫|让|逼|求|劝)我[^,。;!?]{0,6}(?:撤诉|撤回|别投诉|不要投诉|删掉)"
    ),
    Remark.COMMANDS: re.compile(
        r"系统(?:通知|提示|指令|消息)|管理员(?:你好|您好|请)|(?:忽略|无视)(?:以上|之前|前面|上面)"
        r"|(?:把|将)[^。;!?]{0,12}(?:改成|改为|标记|设为)[^。;!?]{0,4}(?:表扬|满意|办结|关闭|通过|删除)|标记(?:为)?已?办结"
        r"|ignore (?:all |any )?(?:the )?(?:previous|above)|system prompt|you are (?:now )?an? (?:ai|assistant)"
    ),
}  # fmt: skip


def remarks_in(text: str) -> tuple[Remark, ...]:
    """Return what a text asks of its reader, in the order of the list above.

    >>> remarks_in("千万别说是我说的")
    (<Remark.SECRECY: 'secrecy'>,)
    """
    form = aligned(text)
    return tuple(each for each, found in _PATTERNS.items() if found.search(form))
