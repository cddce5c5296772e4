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
    "calendars.hours_unclear": pgettext_lazy(
        "refusal",
        "These hours cannot be read. Write 09:00-12:00, 14:00-18:00; each begins after "
        "the one before has ended.",
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
    "patrols.campaign_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this campaign meanwhile. Look at what stands now, "
        "then save again.",
    ),
    "patrols.campaign_closed": pgettext_lazy(
        "refusal",
        "The campaign is closed: its report stands, and nothing about it changes any "
        "more.",
    ),
    "patrols.campaign_exists": pgettext_lazy(
        "refusal",
        "A campaign with this code is there already. Choose another code.",
    ),
    "patrols.campaign_in_a_ring": pgettext_lazy(
        "refusal",
        "A campaign cannot be a branch of one of its own branches. Choose another "
        "programme.",
    ),
    "patrols.crew_not_in_sheets": pgettext_lazy(
        "refusal",
        "The published sheets have none for this crew.",
    ),
    "patrols.night_outside_campaign": pgettext_lazy(
        "refusal",
        "A tagged night would lie outside the campaign's days. Choose other days, or "
        "untag it first.",
    ),
    "patrols.night_over": pgettext_lazy(
        "refusal", "That night is over. Choose tonight or a later one."
    ),
    "patrols.no_crews_to_tag": pgettext_lazy(
        "refusal",
        "There is no crew to tag: none is on shift that night, or all have the tag.",
    ),
    "patrols.no_seat_left": pgettext_lazy(
        "refusal",
        "There are not enough free seats. Choose another vehicle, or fewer people.",
    ),
    "patrols.nobody_chosen": pgettext_lazy(
        "refusal",
        "Nobody was chosen for whom this can be done. Choose somebody.",
    ),
    "patrols.not_published": pgettext_lazy(
        "refusal",
        "This night is not published yet, so there is no sheet to print. What the "
        "board shows is a draft.",
    ),
    "patrols.nothing_to_publish": pgettext_lazy(
        "refusal",
        "There is no plan for this night yet. Have it planned first.",
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
    "patrols.plan_moved_on": pgettext_lazy(
        "refusal",
        "Another plan has been made since you opened this page. Nothing was "
        "published: read it, then publish it.",
    ),
    "patrols.publication_over": pgettext_lazy(
        "refusal",
        "This edition has been replaced or withdrawn already. Nothing was changed.",
    ),
    "patrols.published_already": pgettext_lazy(
        "refusal",
        "The edition in force says the same, word for word. Nothing was published "
        "again.",
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
    "patrols.roster_faulty": pgettext_lazy(
        "refusal",
        "The plan cannot be carried out with the crews as they are. Nothing was "
        "published.",
    ),
    "patrols.round_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this round meanwhile. Look at what stands now, "
        "then save again.",
    ),
    "patrols.round_reason_missing": pgettext_lazy(
        "refusal",
        "Say why the round is called off.",
    ),
    "patrols.round_step_out_of_turn": pgettext_lazy(
        "refusal",
        "The round is further on than your page shows. Open it again.",
    ),
    "patrols.round_there": pgettext_lazy(
        "refusal",
        "For this half-month duty a round of that night is there already. Choose "
        "another night.",
    ),
    "patrols.round_times_wrong": pgettext_lazy(
        "refusal",
        "These times cannot be: a round ends after it departs, and not in the future.",
    ),
    "patrols.run_lost": pgettext_lazy(
        "refusal",
        "The planning broke off without a word. Plan again; if it happens twice, tell "
        "your administrator.",
    ),
    "patrols.short_round_unexplained": pgettext_lazy(
        "refusal",
        "The round lasted less than it must. Give the reason; it is kept with the round.",
    ),
    "patrols.solver_failed": pgettext_lazy(
        "refusal",
        "The planning failed through a fault of ours. The last plan stays in force; "
        "tell your administrator.",
    ),
    "patrols.somebody_unassigned": pgettext_lazy(
        "refusal",
        "Somebody has neither a seat nor goes on foot. Give everybody a place, then "
        "depart.",
    ),
    "patrols.streets_missing": pgettext_lazy(
        "refusal", "No streets have been imported yet. Import them, then plan."
    ),
    "patrols.vehicle_taken": pgettext_lazy(
        "refusal",
        "Somebody sits in this vehicle. Move them first.",
    ),
    "patrols.vehicle_twice": pgettext_lazy(
        "refusal",
        "Two vehicles of a round cannot have one call sign. Nothing was added.",
    ),
    "patrols.warnings_unread": pgettext_lazy(
        "refusal",
        "Something is missing or doubtful. Read it and tick that you publish all the "
        "same. Nothing was published.",
    ),
    "places.area_of_another_station": pgettext_lazy(
        "refusal",
        "This patrol area belongs to another station. Choose one of the same station.",
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
    "places.boundary_newer": pgettext_lazy(
        "refusal",
        "An area or a cell changes on that day or later already. Take that redraw "
        "back first, or choose a later day.",
    ),
    "places.card_begins_earlier": pgettext_lazy(
        "refusal",
        "A card holds from today or later, and not from before the card that was "
        "set last.",
    ),
    "places.card_empty": pgettext_lazy(
        "refusal", "A measures card says at least one measure."
    ),
    "places.card_too_long": pgettext_lazy(
        "refusal", "The card does not fit on one page. Shorten it."
    ),
    "places.check_in_the_future": pgettext_lazy(
        "refusal",
        "A check can be recorded once it has been made. Choose today or an earlier "
        "day.",
    ),
    "places.check_settled": pgettext_lazy(
        "refusal",
        "A check can be taken back on the day it was entered. Ask headquarters to "
        "note the mistake.",
    ),
    "places.code_taken": pgettext_lazy(
        "refusal",
        "Another place has this code, perhaps a closed one. Choose another code, or "
        "reopen that place.",
    ),
    "places.comparison_missing": pgettext_lazy(
        "refusal",
        "The comparison is another area, where all goes on as before. Choose two "
        "areas.",
    ),
    "places.counted_what_missing": pgettext_lazy(
        "refusal",
        "Say what is counted, with its unit, and where the figures were read off.",
    ),
    "places.day_over": pgettext_lazy(
        "refusal", "That day is over. Choose today or a later one."
    ),
    "places.draft_unusable": pgettext_lazy(
        "refusal",
        "The drawing of the areas cannot be used as it is. Correct it and send it "
        "again.",
    ),
    "places.figures_not_by_hand": pgettext_lazy(
        "refusal",
        "This trial is measured by checks on record. Nothing is entered by hand.",
    ),
    "places.geojson_unreadable": pgettext_lazy(
        "refusal",
        "This is not a GeoJSON collection of features. Export it again as GeoJSON "
        "(UTF-8).",
    ),
    "places.idea_length": pgettext_lazy(
        "refusal", "An idea has between 1 and 300 characters."
    ),
    "places.idea_step_out_of_turn": pgettext_lazy(
        "refusal",
        "This idea is not where this step could follow: it is on trial or decided "
        "already, or was never tried. Look at it again.",
    ),
    "places.import_applied": pgettext_lazy(
        "refusal", "This list has been applied before. Nothing was changed."
    ),
    "places.import_stale": pgettext_lazy(
        "refusal",
        "The register has changed since you looked at this list. Look again at what "
        "it would change, then apply it.",
    ),
    "places.nobody_there": pgettext_lazy(
        "refusal", "Nobody was entered as being there. Nothing was changed."
    ),
    "places.off_map": pgettext_lazy(
        "refusal", "This point lies in no cell. Check it, and the coordinate system."
    ),
    "places.person_in_plan": pgettext_lazy(
        "refusal",
        "There is an identity number in the text. A safety plan names offices, "
        "never persons. Take it out.",
    ),
    "places.place_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this place since you opened it. Look at what "
        "differs, then save again.",
    ),
    "places.place_closed": pgettext_lazy(
        "refusal", "This place is closed. Reopen it first."
    ),
    "places.place_not_closed": pgettext_lazy(
        "refusal", "This place is in use already. Nothing was changed."
    ),
    "places.plan_incomplete": pgettext_lazy(
        "refusal", "A safety plan needs at least one post, one contact and one check."
    ),
    "places.redraw_applied": pgettext_lazy(
        "refusal", "This drawing is no draft any more. Nothing was changed."
    ),
    "places.redraw_built_on": pgettext_lazy(
        "refusal",
        "The same areas have been redrawn again since. Take that redraw back first.",
    ),
    "places.redraw_settled": pgettext_lazy(
        "refusal",
        "A redraw can be taken back until the end of its first day. Draw the areas "
        "again instead.",
    ),
    "places.redraw_stale": pgettext_lazy(
        "refusal",
        "The areas have changed since you looked at this drawing. Look again at what "
        "it would change, then put it in force.",
    ),
    "places.rejection_without_reason": pgettext_lazy(
        "refusal", "Give a reason: whoever had the idea is owed one."
    ),
    "places.review_too_far": pgettext_lazy(
        "refusal",
        "The next review is a day after today, and at most 180 days from today.",
    ),
    "places.service_point_code_taken": pgettext_lazy(
        "refusal", "Another service point has this code. Choose another one."
    ),
    "places.staffing_too_long": pgettext_lazy(
        "refusal", "Say until when in the next twelve hours somebody is there."
    ),
    "places.stale_edition": pgettext_lazy(
        "refusal",
        "Somebody else saved this in the meantime. Compare what they wrote; what "
        "you typed is still here. Save again to put yours in its place.",
    ),
    "places.streets_needed": pgettext_lazy(
        "refusal",
        "Areas are made of streets, and none have been imported yet. Import them "
        "first.",
    ),
    "places.trial_not_measured": pgettext_lazy(
        "refusal",
        "The figures of before and during are not known for both areas. Enter "
        "them, or reject the idea with a reason.",
    ),
    "places.trial_not_over": pgettext_lazy(
        "refusal", "The trial is not over. An idea is adopted after its last day."
    ),
    "places.trial_period": pgettext_lazy(
        "refusal",
        "A trial begins today or later, and its last day is not before its first.",
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
    "units.crew_code_taken": pgettext_lazy(
        "refusal",
        "Another crew of this night has this code. Choose another one.",
    ),
    "units.crew_full": pgettext_lazy(
        "refusal",
        "The crew has no open place for this standing. Take somebody out first, "
        "or change the crew's numbers.",
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
        "refusal", "The list names a thing twice. Put them together in one line."
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
