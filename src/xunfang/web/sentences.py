"""What a person reads when the house refuses, by the code of the refusal.

The last resort stands here too, so that a refusal nobody has put in words yet is a
sentence all the same. A test holds the table equal to the codes in use.
"""

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
        "That day is no market day anyway. Check the date of the exception.",
    ),
    "calendars.exceptions_contradict": pgettext_lazy(
        "refusal", "Two exceptions of this market speak of the same day. Keep one."
    ),
    "calendars.lead_not_allowed": pgettext_lazy(
        "refusal",
        "A school gate post may stand 10, 15, 20 or 30 minutes before the bell.",
    ),
    "calendars.market_rule_unclear": pgettext_lazy(
        "refusal",
        "This market rule cannot be read, or can be read in two ways. Write it as "
        "逢一四七, 农历逢五十 or 每周日.",
    ),
    "patrols.crew_unknown": pgettext_lazy(
        "refusal",
        "No such crew is on shift at this station tonight. Choose another one.",
    ),
    "patrols.edit_undone": pgettext_lazy(
        "refusal",
        "Somebody else has undone this change already.",
    ),
    "patrols.edited_meanwhile": pgettext_lazy(
        "refusal",
        "Somebody else changed this night after you last looked at it. Look at what "
        "they did, then apply yours.",
    ),
    "patrols.edition_holds_no_more": pgettext_lazy(
        "refusal",
        "Crews, streets or duties have changed since: this edition would break a rule "
        "tonight. Plan the night again instead.",
    ),
    "patrols.night_over": pgettext_lazy(
        "refusal", "That night is over. Choose tonight or a later one."
    ),
    "patrols.order_over": pgettext_lazy(
        "refusal", "This has ended already. Nothing was changed."
    ),
    "patrols.order_step_out_of_turn": pgettext_lazy(
        "refusal",
        "This step has been taken already, or another one comes first. Look at the order "
        "again.",
    ),
    "patrols.overlay_too_long": pgettext_lazy(
        "refusal",
        "A campaign may add to the daily patrol for 100 nights at most. Choose an "
        "earlier last night.",
    ),
    "patrols.planning_under_way": pgettext_lazy(
        "refusal",
        "The night is being planned this very moment. Stop that first, or wait for it.",
    ),
    "patrols.reason_missing": pgettext_lazy(
        "refusal", "Give the reason first. A renewal needs a new one."
    ),
    "patrols.reinforcement_too_long": pgettext_lazy(
        "refusal",
        "More presence can be ordered for 21 nights at once. After that, renew it with "
        "a new reason.",
    ),
    "patrols.renewed_already": pgettext_lazy(
        "refusal", "This has been renewed already. Nothing was changed."
    ),
    "patrols.run_lost": pgettext_lazy(
        "refusal",
        "The planning broke off without a word. Plan again; if it happens twice, tell "
        "your administrator.",
    ),
    "patrols.solver_failed": pgettext_lazy(
        "refusal",
        "The planning failed through a fault of ours. The last plan stays in force; "
        "tell your administrator.",
    ),
    "patrols.stay_not_holdable": pgettext_lazy(
        "refusal",
        "A round of a market and a meal cannot be locked or moved. Leave it out, or "
        "change the crew's shift.",
    ),
    "patrols.streets_missing": pgettext_lazy(
        "refusal", "No streets have been imported yet. Import them, then plan."
    ),
    "patrols.wish_off_streets": pgettext_lazy(
        "refusal",
        "No street is within 150 metres of this place. Choose a place nearer to a "
        "street.",
    ),
    "patrols.wish_outside_city": pgettext_lazy(
        "refusal",
        "This place lies outside the city's streets. Choose a place on the map.",
    ),
    "patrols.wish_too_long": pgettext_lazy(
        "refusal",
        "The stay does not fit between the two times. Give it more time, or fewer "
        "minutes.",
    ),
    "places.basemap_failed": pgettext_lazy(
        "refusal",
        "The map of the streets could not be made. Plans are right without it; tell "
        "your administrator.",
    ),
    "places.boundary_in_the_past": pgettext_lazy(
        "refusal",
        "A boundary can only be redrawn from today on. What was published stays.",
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
    "web.columns_missing": pgettext_lazy(
        "refusal",
        "The first line of the file must name its columns, and some that are needed are "
        "missing. Take the exported file as a pattern.",
    ),
    "web.table_too_large": pgettext_lazy(
        "refusal",
        "The file is larger than one import may be: 10 MB and 50,000 rows. Cut it into "
        "parts.",
    ),
    "web.unreadable_table": pgettext_lazy(
        "refusal",
        "This file is no table that can be read. Save it as CSV (UTF-8 or GB18030) or "
        "XLSX and try again.",
    ),
}
"""A key is a code, or the beginning of several: "streets" speaks for "streets.none"."""

LAST_RESORT = pgettext_lazy(
    "refusal", "This is not possible as things stand. Nothing was changed."
)


def sentence_key(code: str) -> str | None:
    """Return the key that speaks for ``code``: the longest that is its beginning."""
    parts = code.split(".")
    for n_parts in range(len(parts), 0, -1):
        key = ".".join(parts[:n_parts])
        if key in SENTENCES:
            return key
    return None


def sentence_of(code: str) -> str | Promise:
    """Return what a person reads for a code that was kept, known or not."""
    key = sentence_key(code)
    return LAST_RESORT if key is None else SENTENCES[key]
