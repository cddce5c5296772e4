"""What is refused about what phones send."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "field.entry_unreadable": pgettext_lazy(
        "refusal",
        "This entry lacks something or cannot be read. Nothing was changed; enter it "
        "again.",
    ),
    "field.key_of_another": pgettext_lazy(
        "refusal",
        "This entry was sent by somebody else. Nothing was changed; enter it again.",
    ),
    "field.nothing_to_undo": pgettext_lazy(
        "refusal",
        "This is not your last entry, or it was not taken. Nothing was changed; ask the "
        "desk to correct it.",
    ),
    "field.too_late_to_undo": pgettext_lazy(
        "refusal",
        "This was entered more than three minutes ago. Nothing was changed; ask the "
        "desk to correct it.",
    ),
    "field.queue_of_another": pgettext_lazy(
        "refusal",
        "These entries were made by somebody else. They are sent when that person "
        "signs in.",
    ),
    "field.upload_unreadable": pgettext_lazy(
        "refusal",
        "What the phone sent cannot be read. Nothing was changed; load the page again.",
    ),
}
