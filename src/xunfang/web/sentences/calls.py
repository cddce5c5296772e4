"""What is refused about calls and the units sent to them."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "calls.answer_kept": pgettext_lazy(
        "refusal",
        "Their answer has been noted already. Nothing was changed.",
    ),
    "calls.asked_already": pgettext_lazy(
        "refusal",
        "They have been asked for this call already. Note their answer first.",
    ),
    "calls.call_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this call meanwhile. Look at what it says now, "
        "then try again.",
    ),
    "calls.call_over": pgettext_lazy(
        "refusal",
        "This call is closed, or worked on as part of another one. Open it again first.",
    ),
    "calls.class_code_taken": pgettext_lazy(
        "refusal",
        "Another class has this code. Choose another one.",
    ),
    "calls.class_too_deep": pgettext_lazy(
        "refusal",
        "The tree has four levels at most, and no class is below itself. Choose "
        "another class above.",
    ),
    "calls.classes_there": pgettext_lazy(
        "refusal",
        "There are classes already. Change them one by one.",
    ),
    "calls.counted_already": pgettext_lazy(
        "refusal",
        "This kind is counted for the call already. Take that count back first.",
    ),
    "calls.day_unchanged": pgettext_lazy(
        "refusal",
        "The measure says this day already. Choose the day on which it was done.",
    ),
    "calls.dispatch_over": pgettext_lazy(
        "refusal",
        "The unit is not bound to this call any more. Nothing was changed.",
    ),
    "calls.ends_before_it_begins": pgettext_lazy(
        "refusal",
        "This time lies before the beginning, or in the future. Correct it.",
    ),
    "calls.unit_name_taken": pgettext_lazy(
        "refusal",
        "This name of 110's means another crew already. Part the two first.",
    ),
    "calls.step_follows": pgettext_lazy(
        "refusal",
        "The unit has gone on since. Only its last step can be withdrawn; ask the desk "
        "to correct it.",
    ),
    "calls.event_corrected": pgettext_lazy(
        "refusal",
        "This line has been corrected already. Correct the newer line.",
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
    "calls.import_over": pgettext_lazy(
        "refusal",
        "This import is over or still getting on. Look again in a minute.",
    ),
    "calls.life_at_risk": pgettext_lazy(
        "refusal",
        "A matter of life is not referred: send a unit. If it is not urgent after "
        "all, correct its urgency first.",
    ),
    "calls.link_there": pgettext_lazy(
        "refusal",
        "The two calls are linked in this way already. Nothing was changed.",
    ),
    "calls.link_undone": pgettext_lazy(
        "refusal",
        "This link has been undone already. Nothing was changed.",
    ),
    "calls.linked_to_itself": pgettext_lazy(
        "refusal",
        "A call cannot be linked to itself. Enter the number of the other one.",
    ),
    "calls.links_go_round": pgettext_lazy(
        "refusal",
        "The other call is linked to this one already. Undo that link first, or "
        "link the other one to this.",
    ),
    "calls.merge_closed": pgettext_lazy(
        "refusal",
        "One of the two calls is closed. Open it again first, or link them as "
        "reported again.",
    ),
    "calls.merged_already": pgettext_lazy(
        "refusal",
        "This call is handled as part of another one already. Split it off first.",
    ),
    "calls.mirror_code_taken": pgettext_lazy(
        "refusal",
        "Another class is mapped to this code of 110. Remove it there first.",
    ),
    "calls.not_for_mediation": pgettext_lazy(
        "refusal",
        "A restricted call is not made into a dispute: others would read its words.",
    ),
    "calls.not_in_list": pgettext_lazy(
        "refusal",
        "This unit was not in the list you saw. Look at the list again.",
    ),
    "calls.not_merged": pgettext_lazy(
        "refusal",
        "This call is not merged into another one any more. Nothing was changed.",
    ),
    "calls.not_yet_handled": pgettext_lazy(
        "refusal",
        "A unit is still bound to this call. Let it finish, or stand it down first.",
    ),
    "calls.number_taken": pgettext_lazy(
        "refusal",
        "Another call has this number. Look it up, or enter another number.",
    ),
    "calls.parties_missing": pgettext_lazy(
        "refusal",
        "Say who takes part: at least one crew or office.",
    ),
    "calls.reason_missing": pgettext_lazy("refusal", "Say why, in a few words."),
    "calls.referral_changed": pgettext_lazy(
        "refusal",
        "Somebody else has noted something about this referral meanwhile. Look at "
        "what it says now, then try again.",
    ),
    "calls.referral_over": pgettext_lazy(
        "refusal",
        "The office has answered. Its answer stays; refer the matter again if need be.",
    ),
    "calls.referred_already": pgettext_lazy(
        "refusal",
        "This office has the matter and has not answered yet.",
    ),
    "calls.sent_already": pgettext_lazy(
        "refusal", "The unit has this call already. Nothing was changed."
    ),
    "calls.source_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this source meanwhile. Look at what it says now, "
        "then save again.",
    ),
    "calls.source_closed": pgettext_lazy(
        "refusal",
        "This source is not in use any more. Choose another one.",
    ),
    "calls.source_name_taken": pgettext_lazy(
        "refusal",
        "Another source has this name. Choose another one.",
    ),
    "calls.step_unknown": pgettext_lazy(
        "refusal",
        "This call has no card with such a step. Load the page again.",
    ),
    "calls.task_over": pgettext_lazy(
        "refusal",
        "This is over already. Nothing was changed.",
    ),
    "calls.token_unknown": pgettext_lazy(
        "refusal",
        "This token belongs to no open feed. Ask the administrator for a new one.",
    ),
    "calls.too_many_records": pgettext_lazy(
        "refusal",
        "One message may hold 1,000 calls. Send them in several.",
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
    "calls.kind_restricted": pgettext_lazy(
        "refusal",
        "Calls of this kind are about people. They are not counted by place. Choose another kind.",
    ),
    "calls.measure_ahead": pgettext_lazy(
        "refusal",
        "This day has not come yet. Note the measure once it is done.",
    ),
    "calls.measure_taken_back": pgettext_lazy(
        "refusal",
        "This measure has been taken back already. Nothing was changed.",
    ),
    "calls.problem_stands": pgettext_lazy(
        "refusal",
        "This place problem is not withdrawn. Nothing was changed.",
    ),
    "calls.problem_there": pgettext_lazy(
        "refusal",
        "The case has this place problem already. It stands in the case's list.",
    ),
    "calls.problem_unexplained": pgettext_lazy(
        "refusal",
        "Say in a few words what happens there, what was done, or why it is withdrawn.",
    ),
    "calls.problem_withdrawn": pgettext_lazy(
        "refusal",
        "This place problem has been withdrawn. Take that back first.",
    ),
}
