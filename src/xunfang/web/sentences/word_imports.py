"""What is refused about lists of messages."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "cases.list_done_with": pgettext_lazy(
        "refusal",
        "This list was taken in before, or its file is erased. Bring it in again.",
    ),
    "cases.list_too_long": pgettext_lazy(
        "refusal",
        "The list has more than 500 lines. Bring it in parts.",
    ),
}
