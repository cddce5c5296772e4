"""What is refused to other systems, and about them."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "api.not_signed": pgettext_lazy(
        "refusal",
        "The signature is missing, too old or not that of a sender who may speak.",
    ),
    "api.not_understood": pgettext_lazy(
        "refusal",
        "This has not the form that was agreed. Nothing was kept.",
    ),
    "api.sender_name_taken": pgettext_lazy(
        "refusal",
        "Another system is or was called so. Choose another short name.",
    ),
    "api.sender_unknown": pgettext_lazy(
        "refusal", "The api_key is missing, unknown or revoked."
    ),
}
