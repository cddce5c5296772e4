"""How dates are written in Traditional characters: as in Simplified ones."""

from xunfang.config.formats.zh_Hans.formats import (
    DAY_AND_WEEKDAY,
    SHORT_DAY,
    SHORT_DAY_AND_WEEKDAY,
    SHORT_MOMENT,
)

__all__ = ["DAY_AND_WEEKDAY", "SHORT_DAY", "SHORT_DAY_AND_WEEKDAY", "SHORT_MOMENT"]
