"""What is refused about accounts, the record and files."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "accounts.not_allowed": pgettext_lazy(
        "refusal", "Your role does not include this. Nothing was changed."
    ),
    "accounts.username_taken": pgettext_lazy(
        "refusal", "Somebody already signs in with this name. Choose another one."
    ),
    "audit.append_only": pgettext_lazy(
        "refusal", "The record can only be added to. Nothing was changed."
    ),
    "audit.log_damaged": pgettext_lazy(
        "refusal",
        "The log does not fit together and is not signed any more. Tell whoever runs it: "
        "they have to verify it at once.",
    ),
    "audit.not_sealed": pgettext_lazy(
        "refusal",
        "This was taken in, but the checkpoint that covers it is not signed yet. Come "
        "back in a minute.",
    ),
    "web.columns_missing": pgettext_lazy(
        "refusal",
        "The first line of the file must name its columns, and some that are needed are "
        "missing. Take the exported file as a pattern.",
    ),
    "web.table_too_large": pgettext_lazy(
        "refusal",
        "The file is larger than one import may be: 30 MB and 50,000 rows. Cut it into "
        "parts.",
    ),
    "web.unreadable_table": pgettext_lazy(
        "refusal",
        "This file cannot be read as a table. Save it as CSV (UTF-8 or GB18030) or "
        "XLSX and try again.",
    ),
}
