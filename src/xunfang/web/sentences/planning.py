"""What is refused by calendars, streets and the planning itself."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "calendars.campaign_not_over": pgettext_lazy(
        "refusal", "The campaign is not over yet. Ask again after its last day."
    ),
    "calendars.date_outside_lunar_table": pgettext_lazy(
        "refusal", "Lunar dates are known from 1900 to 2100 only. Choose another date."
    ),
    "calendars.document_refused": pgettext_lazy(
        "refusal",
        "The calendar file says something that cannot be used. Correct it and import "
        "it again.",
    ),
    "calendars.exception_off_rule": pgettext_lazy(
        "refusal",
        "That day is not a market day anyway. Check the date of the exception.",
    ),
    "calendars.exceptions_contradict": pgettext_lazy(
        "refusal", "Two exceptions of this market speak of the same day. Keep one."
    ),
    "calendars.hours_unclear": pgettext_lazy(
        "refusal",
        "These hours cannot be read. Write 09:00-12:00, 14:00-18:00; each begins after "
        "the one before has ended.",
    ),
    "calendars.lead_not_allowed": pgettext_lazy(
        "refusal",
        "A school gate post may stand 10, 15, 20 or 30 minutes before the bell.",
    ),
    "calendars.legs_overlap": pgettext_lazy(
        "refusal",
        "A crew cannot be on foot and in a car at the same time. Correct from when to "
        "when it moved how.",
    ),
    "calendars.market_rule_unclear": pgettext_lazy(
        "refusal",
        "This market rule cannot be read, or can be read in two ways. Write it as "
        "逢一四七, 农历逢五十 or 每周日.",
    ),
    "planning.baseline_reduced": pgettext_lazy(
        "refusal",
        "This would take officers from the everyday duty. Bring in others, or ask for "
        "fewer.",
    ),
    "planning.budget": pgettext_lazy(
        "refusal", "Say how long to search for a plan, once."
    ),
    "planning.format": pgettext_lazy(
        "refusal",
        "The patrol problem cannot be read. The last plan stays in force; tell your "
        "administrator.",
    ),
    "planning.no_guard_tour": pgettext_lazy(
        "refusal",
        "Not even the shortest tour fits. Add a unit, or ask for fewer places.",
    ),
    "planning.no_plans": pgettext_lazy(
        "refusal", "There is no plan to choose from yet. Plan the night first."
    ),
    "planning.not_resident_reported": pgettext_lazy(
        "refusal",
        "Only what residents reported may suggest where to patrol. Leave the rest out.",
    ),
    "planning.plan_refused": pgettext_lazy(
        "refusal",
        "The plan found did not pass the check and is not shown. Plan again; if it "
        "happens twice, tell your administrator.",
    ),
    "planning.pool": pgettext_lazy(
        "refusal",
        "The routes found cannot be combined so that every rule holds. Plan again with "
        "more time, or loosen a rule.",
    ),
    "planning.schedule.not_drivable": pgettext_lazy(
        "refusal",
        "The unit cannot be at these places in this order and in time. Change the "
        "order, or leave one out.",
    ),
    "planning.secondment.duties_overlap": pgettext_lazy(
        "refusal",
        "One person is on record at two duties at once. Correct one of them.",
    ),
    "planning.secondment.group_without_sworn": pgettext_lazy(
        "refusal",
        "A group needs at least one sworn officer. Change what the group wants.",
    ),
    "planning.secondment.history_in_future": pgettext_lazy(
        "refusal",
        "A duty given as worked lies on this night or after it. Correct its date.",
    ),
    "planning.secondment.number_twice": pgettext_lazy(
        "refusal",
        "A group number or a person stands twice in this night. Keep one.",
    ),
    "planning.secondment.person_unknown": pgettext_lazy(
        "refusal",
        "Somebody named here is not in the pool of this night. Check the names.",
    ),
    "planning.secondment.pool_empty": pgettext_lazy(
        "refusal",
        "There is nobody in the pool. Add people, or take the groups out.",
    ),
    "planning.secondment.times_out_of_order": pgettext_lazy(
        "refusal",
        "Something ends before it begins, or a limit makes no sense. Correct it.",
    ),
    "planning.secondment.waiver_unsigned": pgettext_lazy(
        "refusal",
        "Less rest than is due needs a leader and a reason. Fill in both.",
    ),
    "planning.secret_too_short": pgettext_lazy(
        "refusal", "The secret of this night is too short to keep. Draw a new one."
    ),
    "planning.streets_apart": pgettext_lazy(
        "refusal",
        "No street leads from one of these places to another. Check the places and the "
        "closures.",
    ),
    "planning.team_too_small": pgettext_lazy(
        "refusal",
        "The crew has fewer people, or fewer officers, than its duty needs. Add "
        "somebody.",
    ),
    "streets": pgettext_lazy(
        "refusal",
        "The streets cannot be used for this. Import them again, or choose another "
        "place.",
    ),
}
