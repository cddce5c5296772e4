"""What is refused about calls and the units sent to them."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "calls.call_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this call meanwhile. Look at what it says now, "
        "then try again.",
    ),
    "calls.call_over": pgettext_lazy(
        "refusal",
        "This call is closed, or worked on as part of another one. Open it again first.",
    ),
    "calls.dispatch_over": pgettext_lazy(
        "refusal",
        "The unit is not bound to this call any more. Nothing was changed.",
    ),
    "calls.event_corrected": pgettext_lazy(
        "refusal",
        "This line has been corrected already. Correct the newer line.",
    ),
    "calls.not_in_list": pgettext_lazy(
        "refusal",
        "This unit was not in the list you saw. Look at the list again.",
    ),
    "calls.not_yet_handled": pgettext_lazy(
        "refusal",
        "A unit is still bound to this call. Let it finish, or stand it down first.",
    ),
    "calls.number_taken": pgettext_lazy(
        "refusal",
        "Another call has this number. Look it up, or enter another number.",
    ),
    "calls.reason_missing": pgettext_lazy("refusal", "Say why, in a few words."),
    "calls.sent_already": pgettext_lazy(
        "refusal", "The unit has this call already. Nothing was changed."
    ),
    "calls.unit_bound": pgettext_lazy(
        "refusal",
        "Another desk has sent this unit to a call meanwhile. Look at the unit, then "
        "choose again.",
    ),
    "calls.undo_too_late": pgettext_lazy(
        "refusal",
        "This cannot be undone any more: it is long ago, or something was done on top "
        "of it. Correct it in the log of the call.",
    ),
}
