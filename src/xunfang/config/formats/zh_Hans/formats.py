"""How dates are written in Chinese: year, month, day, as in the tables."""

DAY_AND_WEEKDAY = "Y-m-d l"
SHORT_DAY_AND_WEEKDAY = "m-d D"
SHORT_DAY = "m-d"
SHORT_MOMENT = "m-d H:i"
