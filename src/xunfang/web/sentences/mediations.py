"""What is refused about disputes."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "mediations.dispute_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this dispute meanwhile. Below is what is "
        "saved and what you typed; save again to keep yours.",
    ),
    "mediations.dispute_there": pgettext_lazy(
        "refusal",
        "This call has been made into a dispute before. Go on with that one.",
    ),
    "mediations.note_missing": pgettext_lazy(
        "refusal",
        "Say in a few words how it ended.",
    ),
}
