"""What is refused about figures that are entered or published for residents."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "public.claim_taken": pgettext_lazy(
        "refusal",
        "This address belongs to another figure: of other days, or counted otherwise. "
        "Choose another address.",
    ),
    "public.claim_unclear": pgettext_lazy(
        "refusal",
        "Name days that have been, the first one first, and say what was done and what "
        "came of it.",
    ),
    "public.claim_withdrawn": pgettext_lazy(
        "refusal", "Say why. What was withdrawn before is not withdrawn again."
    ),
    "public.count_corrected": pgettext_lazy(
        "refusal", "This count was corrected before. Correct the newer one."
    ),
    "public.count_unsourced": pgettext_lazy(
        "refusal", "Name the source, and days that have been, the first one first."
    ),
    "public.no_thanks": pgettext_lazy(
        "refusal", "There is no word of thanks with this number. Look at the list."
    ),
}
