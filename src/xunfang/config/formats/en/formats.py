"""How dates are written in English: no day that could be taken for a month."""

DAY_AND_WEEKDAY = "l j F Y"
SHORT_DAY_AND_WEEKDAY = "D j M"
SHORT_DAY = "j M"
SHORT_MOMENT = "j M H:i"
DATE_FORMAT = "j F Y"
