"""Clocks, signs and words of the duty desk, in templates.

A clock carries its moment, so that the browser lets it run; without scripts it shows
what held when the page was made.
"""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xunfang.calls.desk import wording
from xunfang.calls.desk.showing import row_id, stamp
from xunfang.calls.models import unit_in_words
from xunfang.core.dispatching import recommend as core

register = template.Library()
register.filter("row_id", row_id)
register.filter("stamp", stamp)

SEEN_AGED_AFTER_S = 60
LIMITS_BY_URGENCY = {1: (60, 180), 2: (180, 300), 3: (900, 1800), 4: (3600, 7200)}
"""Seconds that a call may wait for a unit: a warning from the first, late from the second."""


@register.simple_tag
def clock(
    since: datetime | None,
    now: datetime | None,
    warn_s: int | None = None,
    alarm_s: int | None = None,
) -> SafeString:
    """Show how long something lasts; from two limits on by sign and word as well."""
    if since is None:
        return SafeString("")
    seconds = 0.0 if now is None else (now - since).total_seconds()
    level = "ok"
    if warn_s is not None and seconds >= warn_s:
        level = "warn"
    if alarm_s is not None and seconds >= alarm_s:
        level = "alarm"
    return format_html(
        '<time class="clock" datetime="{}" data-since="{}" data-warn="{}" '
        'data-alarm="{}" data-level="{}">{}</time>',
        since.isoformat(),
        stamp(since),
        "" if warn_s is None else warn_s,
        "" if alarm_s is None else alarm_s,
        level,
        wording.timed(level, wording.duration(seconds)),
    )


@register.simple_tag
def seen_clock(fixed_at: datetime, now: datetime) -> SafeString:
    """Show how long ago a unit was seen; one that is silent too long, by sign and word."""
    seconds = (now - fixed_at).total_seconds()
    limits = core.Limits()
    level = "ok"
    if seconds > SEEN_AGED_AFTER_S:
        level = "warn"
    if seconds > limits.position_old_after_s:
        level = "alarm"
    return format_html(
        '<time class="clock" datetime="{}" data-level="{}">{}</time>',
        fixed_at.isoformat(),
        level,
        wording.seen_text(level, wording.duration(seconds)),
    )


@register.simple_tag
def waiting_clock(
    since: datetime, now: datetime | None, urgency: int, *, is_waiting: bool
) -> SafeString:
    """Show how old a call is; one that nobody goes to grows urgent with its age."""
    warn_s, alarm_s = LIMITS_BY_URGENCY[urgency] if is_waiting else (None, None)
    return clock(since, now, warn_s, alarm_s)


@register.simple_tag
def due(moment: datetime, now: datetime | None) -> SafeString:
    """Show the time that is left, or by how much it is over."""
    left = 0.0 if now is None else (moment - now).total_seconds()
    level = "alarm" if left < 0 else "warn" if left < 60 else "ok"
    return format_html(
        '<time class="clock" datetime="{}" data-due="{}" data-level="{}">{}</time>',
        moment.isoformat(),
        stamp(moment),
        level,
        wording.due_text(level, wording.duration(abs(left))),
    )


@register.filter
def word(code: str, table: str) -> str:
    """Return the word for a code: ``{{ row.state|word:"UNIT_STATES" }}``."""
    words: Mapping[str, object] = getattr(wording, table)
    return str(words.get(code, code))


register.filter("unit_in_words", unit_in_words)


@register.filter
def shape(state: str) -> str:
    """Return the shape of a unit's state."""
    return wording.SHAPES.get(state, "circle")


@register.filter
def sign(state: str) -> str:
    """Return the shape of a unit's state as a letter."""
    return wording.SIGNS[shape(state)]


@register.filter
def minutes_seconds(seconds: float | None) -> str:
    """Say a length of time as a clock does; nothing for what is not known."""
    return "" if seconds is None else wording.duration(seconds)


@register.filter
def lookup(table: Mapping[str, str], key: str) -> str:
    """Return what a table has for a key."""
    return table.get(key, key)


@register.filter
def share_pct(share: float) -> str:
    """Say a share in per cent, to a tenth."""
    return f"{100 * share:.1f}%"
