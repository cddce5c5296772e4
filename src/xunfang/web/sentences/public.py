"""What is refused about the figures that a leader enters for residents."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
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
