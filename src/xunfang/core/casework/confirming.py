"""What a side says of something that concerns it: that it is so, that it is not.

It may take back what it has said on the day it was said. What somebody says with their own
receipt goes before what staff wrote down for them, and staff do not write over it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xunfang.core.errors import DomainError


class SaidAlready(DomainError):
    """This side has said so before; or says it itself, and staff say it for them."""

    code = "casework.said_already"


class NothingToTakeBack(DomainError):
    """Nothing was said in this way, or its day is over."""

    code = "casework.nothing_to_take_back"


class Says(StrEnum):
    """What a side says. Values are stored: never rename one."""

    YES = "yes"
    NO = "no"
    BACK = "back"
    """It takes back what it has said last."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a side has said, in which way, on what day."""

    says: Says
    by_receipt: bool
    """With their own receipt; else staff wrote down what they were told."""
    on: date


def check_may_say(new: Statement, last: Statement | None) -> None:
    """Raise unless a side that has said ``last`` at last may say ``new``.

    Raises
    ------
    SaidAlready, NothingToTakeBack
    """
    if last is not None and last.says is Says.BACK:
        last = None
    if new.says is Says.BACK:
        if last is None or (last.by_receipt, last.on) != (new.by_receipt, new.on):
            raise NothingToTakeBack(new.says)
    elif last is not None and (last.by_receipt or not new.by_receipt):
        raise SaidAlready(new.says)


def may_say(new: Statement, last: Statement | None) -> bool:
    """Say whether a side that has said ``last`` at last may say ``new``."""
    try:
        check_may_say(new, last)
    except (SaidAlready, NothingToTakeBack):
        return False
    return True
