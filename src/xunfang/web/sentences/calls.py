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
    "calls.answer_kept": pgettext_lazy(
        "refusal",
        "Their answer has been noted already. Nothing was changed.",
    ),
    "calls.asked_already": pgettext_lazy(
        "refusal",
        "They have been asked for this call already. Note their answer first.",
    ),
    "calls.counted_already": pgettext_lazy(
        "refusal",
        "This kind is counted for the call already. Take that count back first.",
    ),
    "calls.ends_before_it_begins": pgettext_lazy(
        "refusal",
        "This time lies before the beginning, or in the future. Correct it.",
    ),
    "calls.help_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this entry meanwhile. Below is what is saved "
        "and what you typed; save again to keep yours.",
    ),
    "calls.help_listed": pgettext_lazy(
        "refusal",
        "The same thing of the same owner at the same place is listed already.",
    ),
    "calls.not_for_mediation": pgettext_lazy(
        "refusal",
        "A restricted call is not made into a dispute: others would read its words.",
    ),
    "calls.parties_missing": pgettext_lazy(
        "refusal",
        "Say who takes part: at least one crew or office.",
    ),
    "calls.step_unknown": pgettext_lazy(
        "refusal",
        "This call has no card with such a step. Load the page again.",
    ),
    "calls.task_over": pgettext_lazy(
        "refusal",
        "This is over already. Nothing was changed.",
    ),
    "calls.unit_bound": pgettext_lazy(
        "refusal",
        "Another desk has sent this unit to a call meanwhile. Look at the unit, then "
        "choose again.",
    ),
}
