"""What is refused about forecasts of demand and shares of patrol time."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "demand.columns_refused": pgettext_lazy(
        "refusal",
        "A forecast reads place, time, class, source and link of an event, and nothing "
        "else. Take out the other columns, and add those that are missing.",
    ),
    "demand.not_an_event_of_its_own": pgettext_lazy(
        "refusal",
        "A repeat, a chase-up, feedback or a nuisance call would be counted as an "
        "event. Leave such rows out.",
    ),
    "demand.not_resident_reported": pgettext_lazy(
        "refusal",
        "A forecast reads only what residents reported by themselves. Leave out what "
        "patrols found or were told.",
    ),
    "demand.nothing_to_forecast": pgettext_lazy(
        "refusal",
        "There is no event to learn from yet. Import calls first, or choose a longer "
        "period.",
    ),
    "demand.outside_cover": pgettext_lazy(
        "refusal",
        "An event lies outside the time that is said to be covered. Correct the period, "
        "or the time of the event.",
    ),
    "demand.place_sealed": pgettext_lazy(
        "refusal",
        "An event at a protected address may not be counted. Leave such rows out.",
    ),
    "demand.place_unknown": pgettext_lazy(
        "refusal",
        "An event is at a place that the forecast does not cover. Add the place, or leave "
        "the event out.",
    ),
    "demand.presence_unknown": pgettext_lazy(
        "refusal",
        "A patrol is said to have been told something where it was not. Correct the "
        "shares of patrol time.",
    ),
    "demand.shares_impossible": pgettext_lazy(
        "refusal",
        "These least and greatest shares cannot all be kept. Lower the least shares, or "
        "raise the greatest.",
    ),
    "demand.time_unclear": pgettext_lazy(
        "refusal",
        "An event has no time, or one without a time zone. Correct its time.",
    ),
}
