"""What a comparison before and after says, in plain words. Never that a measure worked."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from xunfang.core.evidence.before_after import FEWEST, Comparison, Verdict

VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.TOO_EARLY: pgettext_lazy(
        "before and after", "Too early: no day after the measure is over."
    ),
    Verdict.UNKNOWN: pgettext_lazy(
        "before and after", "Nothing is known of the days before the measure."
    ),
    Verdict.TOO_FEW: pgettext_lazy("before and after", "Too few to judge."),
    Verdict.BY_CHANCE: pgettext_lazy(
        "before and after",
        "No difference is shown: chance alone often makes one like it.",
    ),
    Verdict.NOTHING_BESIDE: pgettext_lazy(
        "before and after",
        "The count changed by more than chance usually does, but on the rest of the "
        "ground nothing happened that it could be compared with.",
    ),
    Verdict.AS_ELSEWHERE: pgettext_lazy(
        "before and after",
        "The count changed, but not so that it could be told from the change on the "
        "rest of the ground.",
    ),
    Verdict.FEWER: pgettext_lazy(
        "before and after",
        "Fewer than the change on the rest of the ground lets expect, and by more than "
        "chance usually does. Whether the measure is the reason, counts do not say.",
    ),
    Verdict.MORE: pgettext_lazy(
        "before and after",
        "More than the change on the rest of the ground lets expect, and by more than "
        "chance usually does.",
    ),
}


def verdict_text(result: Comparison) -> str:
    """Say what is shown."""
    return str(VERDICTS[result.verdict])


def chances_text(result: Comparison) -> list[str]:
    """Say how often chance alone would show as much, as so many times in a hundred."""
    said = []
    if result.verdict is Verdict.TOO_FEW:
        said.append(
            _("With fewer than %(n)d reports in both windows nothing is compared.")
            % {"n": FEWEST}
        )
    if result.by_chance is not None:
        said.append(
            _(
                "If nothing had changed at the place, the reports would still be spread "
                "at least as unevenly over the two windows %(often)s."
            )
            % {"often": _often(result.by_chance)}
        )
    if result.by_chance_beside is not None:
        said.append(
            _(
                "If the place had changed as the rest of the ground did, a difference at "
                "least as great would still come about %(often)s."
            )
            % {"often": _often(result.by_chance_beside)}
        )
    return said


def _often(chance: float) -> str:
    """Say a chance as a number of times in a hundred."""
    if chance < 0.01:
        return _("less than once in 100 times")
    return _("%(n)d times in 100") % {"n": round(100 * chance)}
