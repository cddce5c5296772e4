"""What is refused about people and rosters."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "units.absence_cancelled": pgettext_lazy(
        "refusal", "This absence has been cancelled already. Nothing was changed."
    ),
    "units.absence_ends_first": pgettext_lazy(
        "refusal", "The absence would end before it begins. Correct one of the times."
    ),
    "units.absence_overlaps": pgettext_lazy(
        "refusal",
        "An absence of another kind is entered for part of this time. Cancel that one "
        "first, or choose another time.",
    ),
    "units.account_standing_differs": pgettext_lazy(
        "refusal",
        "The account has another standing than the person. Correct the standing, or "
        "ask the administrator.",
    ),
    "units.account_taken": pgettext_lazy(
        "refusal",
        "This account belongs to somebody else. Take it from the other first.",
    ),
    "units.entry_corrected": pgettext_lazy(
        "refusal",
        "This line has been corrected already. Correct the newer line.",
    ),
    "units.gear_unchecked": pgettext_lazy(
        "refusal",
        "Look through the gear first, or say why the crew goes out without it.",
    ),
    "units.not_on_duty": pgettext_lazy(
        "refusal", "The crew is off duty. Report it on duty first."
    ),
    "units.step_follows": pgettext_lazy(
        "refusal",
        "The crew has gone on since. Only the last thing can be withdrawn; ask the "
        "desk to correct it.",
    ),
    "units.note_missing": pgettext_lazy("refusal", "Say why, in a few words."),
    "units.crew_code_taken": pgettext_lazy(
        "refusal",
        "Another crew of this night has this code. Choose another one.",
    ),
    "units.crew_full": pgettext_lazy(
        "refusal",
        "The crew has no open place for this standing. Take somebody out first, "
        "or change the crew's numbers.",
    ),
    "units.device_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this device meanwhile. Look at what it says now, "
        "then save again.",
    ),
    "units.device_code_taken": pgettext_lazy(
        "refusal", "Another device has this identifier. Choose a different one."
    ),
    "units.device_switched_off": pgettext_lazy(
        "refusal", "This device is switched off. Ask the administrator."
    ),
    "units.device_with_others": pgettext_lazy(
        "refusal",
        "This device is out with another crew, or is gone from the list. Choose another "
        "one.",
    ),
    "units.entry_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this meanwhile. Look at what it says now, then "
        "save again.",
    ),
    "units.gear_list_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this list meanwhile. Look at what it says now, "
        "then save again.",
    ),
    "units.gear_list_name_taken": pgettext_lazy(
        "refusal", "Another list has this name. Choose a different one."
    ),
    "units.gear_named_twice": pgettext_lazy(
        "refusal", "The list names an item twice. Put them together in one line."
    ),
    "units.in_crew_already": pgettext_lazy(
        "refusal",
        "This person is in the crew already. Nothing was changed.",
    ),
    "units.in_two_places": pgettext_lazy(
        "refusal",
        "This person would be in two crews at once. Choose somebody else, or "
        "take them out of the other crew first.",
    ),
    "units.may_not_go": pgettext_lazy(
        "refusal",
        "This person may not go out with this crew. Nothing was changed.",
    ),
    "units.mentor_not_of_station": pgettext_lazy(
        "refusal",
        "The mentor must be a serving sworn officer of this station. Choose another "
        "officer.",
    ),
    "units.night_moved": pgettext_lazy(
        "refusal",
        "Somebody has changed the groups since you opened the page. Look at "
        "them again before you begin afresh.",
    ),
    "units.night_over": pgettext_lazy(
        "refusal",
        "That night is over: its roster can be read, not changed.",
    ),
    "units.not_a_newcomer": pgettext_lazy(
        "refusal",
        "This person serves at the station or knows its ground already. No mentor is "
        "needed.",
    ),
    "units.not_in_crew": pgettext_lazy(
        "refusal",
        "This person is not in the crew any more. Nothing was changed.",
    ),
    "units.nothing_to_copy": pgettext_lazy(
        "refusal",
        "There is no crew to copy: that night has none, or all of them are "
        "there already.",
    ),
    "units.notice_ended": pgettext_lazy(
        "refusal",
        "The notice has been taken down already.",
    ),
    "units.notice_says_nothing": pgettext_lazy(
        "refusal",
        "Write what the crews should know.",
    ),
    "units.number_taken": pgettext_lazy(
        "refusal",
        "Somebody has this service number already, perhaps after the end of service. "
        "Search for it.",
    ),
    "units.pair_over": pgettext_lazy(
        "refusal", "This pair has ended already. Nothing was changed."
    ),
    "units.paired_already": pgettext_lazy(
        "refusal",
        "This person has a mentor at this station already. End that pair first.",
    ),
    "units.person_absent": pgettext_lazy(
        "refusal",
        "This person is absent at that time. Choose somebody else.",
    ),
    "units.person_not_serving": pgettext_lazy(
        "refusal",
        "This person does not serve any more. Choose somebody else.",
    ),
    "units.rest_too_short": pgettext_lazy(
        "refusal",
        "Less than 11 hours of rest: choose somebody else, or ask a leader to "
        "sign with a reason.",
    ),
    "units.roster_does_not_hold": pgettext_lazy(
        "refusal",
        "What was found breaks a rule, so nothing was kept. Tell whoever looks "
        "after the system.",
    ),
    "units.roster_moved": pgettext_lazy(
        "refusal",
        "Somebody else has changed this crew since you opened the page. Your "
        "change was not made yet.",
    ),
    "units.service_stands": pgettext_lazy(
        "refusal", "This has been done already. Nothing was changed."
    ),
    "units.skill_declared": pgettext_lazy(
        "refusal", "You have declared this already. Nothing was changed."
    ),
    "units.standing_wrong": pgettext_lazy(
        "refusal",
        "Civil staff do not go on patrol, and only a sworn officer goes along "
        "with a group. Choose somebody else.",
    ),
    "units.swap_asked_already": pgettext_lazy(
        "refusal",
        "A swap of this place is waiting for an answer. Take it back first.",
    ),
    "units.swap_decided": pgettext_lazy(
        "refusal",
        "This request has been answered or taken back already.",
    ),
    "units.swap_reason_missing": pgettext_lazy(
        "refusal",
        "Give the reason for the refusal.",
    ),
    "units.swap_with_oneself": pgettext_lazy(
        "refusal",
        "Choose another person who takes the place.",
    ),
    "units.too_many_nights": pgettext_lazy(
        "refusal",
        "This person would go out on more nights in fourteen days than may be "
        "asked. Choose somebody else.",
    ),
    "units.unit_code_taken": pgettext_lazy(
        "refusal", "Another unit has this code. Choose a different one."
    ),
    "units.unit_in_itself": pgettext_lazy(
        "refusal", "The unit would stand below itself. Choose another unit above it."
    ),
    "units.waived_already": pgettext_lazy(
        "refusal",
        "A leader has signed for this person and night already.",
    ),
    "units.waiver_reason_missing": pgettext_lazy(
        "refusal",
        "Say why less rest is unavoidable.",
    ),
}
