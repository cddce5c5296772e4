"""A picture of a simulation: share late by hour for each policy, and over all."""

from html import escape

import numpy as np

from xunfang.cli.simulate_words import Result, heading, word
from xunfang.core.planning.wording import Lang
from xunfang.core.simulation.figures import Group, GroupKind, Measure
from xunfang.core.simulation.trials import Trial

WIDTH, HEIGHT = 960, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 600, 70, 390
BARS_LEFT, BARS_RIGHT = 680, 930
# Okabe and Ito's palette: told apart by the colour-blind; shapes say it again.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
DASHES = ("", "8 4", "2 4", "8 4 2 4", "14 4", "4 2", "1 3")

_OPENING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
    'role="img" font-family="sans-serif" font-size="13">'
)


def picture(result: Result, lang: Lang) -> str:
    """Return an SVG document."""
    curves = [_by_hour(trial) for trial in result.trials]
    overall = [trial.of(Measure.LATE_SHARE) for trial in result.trials]
    tops = [float(np.nanmax(curve)) for curve in curves if np.isfinite(curve).any()]
    tops += [e.high if e.high is not None else e.mean for e in overall]
    top = _round_up(max(tops, default=0.0))
    parts = [
        _OPENING,
        f"<title>{escape(_title(lang))}</title>",
        f"<desc>{escape(_described(result, lang))}</desc>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 28, _title(lang), size=17),
        _text(LEFT, 48, heading(result, lang), fill="#444"),
    ]
    for k in range(5):
        share = top * k / 4.0
        y = _y(share, top)
        line = f'y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"'
        parts.append(f'<line x1="{LEFT}" x2="{RIGHT}" {line}/>')
        parts.append(f'<line x1="{BARS_LEFT}" x2="{BARS_RIGHT}" {line}/>')
        parts.append(_text(LEFT - 8, y + 4, f"{100 * share:.3g} %", anchor="end"))
    parts += [
        _text(_x(hour), BOTTOM + 18, f"{hour:02d}:00", anchor="middle")
        for hour in range(0, 25, 3)
    ]
    for number, (trial, curve, found) in enumerate(
        zip(result.trials, curves, overall, strict=True)
    ):
        colour, dash = COLOURS[number], DASHES[number]
        points = " ".join(
            f"{_x(hour + 0.5):.1f},{_y(share, top):.1f}"
            for hour, share in enumerate(curve.tolist())
            if np.isfinite(share)
        )
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        stroke = f'stroke="{colour}" stroke-width="2.5"{dashed}'
        parts.append(f'<polyline points="{points}" fill="none" {stroke}/>')
        name = word(trial.candidate.name, lang)
        x = LEFT + (RIGHT - LEFT) * (number % 4) / 4.0
        y = BOTTOM + 42 + 20 * (number // 4)
        parts.append(
            f'<line x1="{x}" x2="{x + 30}" y1="{y - 4}" y2="{y - 4}" {stroke}/>'
        )
        parts.append(_text(x + 36, y, name))
        step = (BARS_RIGHT - BARS_LEFT) / len(result.trials)
        middle = BARS_LEFT + (number + 0.5) * step
        wide = min(46.0, 0.6 * step)
        if np.isfinite(found.mean):
            y = _y(found.mean, top)
            parts.append(
                f'<rect x="{middle - wide / 2:.1f}" y="{y:.1f}" width="{wide:.1f}" '
                f'height="{BOTTOM - y:.1f}" fill="{colour}" fill-opacity="0.75"/>'
            )
            parts.append(
                _text(middle, BOTTOM + 18, f"{100 * found.mean:.1f} %", anchor="middle")
            )
        if found.low is not None and found.high is not None:
            y1, y2 = _y(found.low, top), _y(found.high, top)
            parts.append(
                f'<line x1="{middle:.1f}" x2="{middle:.1f}" y1="{y1:.1f}" '
                f'y2="{y2:.1f}" stroke="#000" stroke-width="1.5"/>'
            )
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _title(lang: Lang) -> str:
    if lang == "zh":
        return "各时段迟到率，右为全部（95 % 区间）"
    return "Share late by hour; right: overall with its 95 % interval"


def _described(result: Result, lang: Lang) -> str:
    told = [
        f"{word(trial.candidate.name, lang)} "
        f"{100 * trial.of(Measure.LATE_SHARE).mean:.2f} %"
        for trial in result.trials
    ]
    return "; ".join(told)


def _by_hour(trial: Trial) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    groups = [Group(GroupKind.HOUR, f"{hour:02d}") for hour in range(24)]
    return np.array([trial.of(Measure.LATE_SHARE, group).mean for group in groups])


def _x(hour: float) -> float:
    return LEFT + (RIGHT - LEFT) * hour / 24.0


def _y(share: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * min(max(share, 0.0), top) / top


def _round_up(share: float) -> float:
    """The next share that four lines divide into round numbers."""
    for step in (0.01, 0.02, 0.04, 0.08, 0.12, 0.2, 0.4, 0.6, 0.8):
        if share <= step:
            return step
    return 1.0


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 13,
    fill: str = "#111",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="{fill}">{escape(text)}</text>'
    )
