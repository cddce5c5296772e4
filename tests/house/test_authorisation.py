"""Who may open what: every address of the house against every role.

A new address fails here until it has a row.
"""

from datetime import date
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from xunfang.accounts.models import Role, Standing

pytestmark = pytest.mark.django_db

ANYONE = None
SIGNED_IN = frozenset(Role)
SEES_TONIGHT = frozenset(
    {Role.DUTY_OFFICER, Role.LEADER, Role.PATROL_OFFICER, Role.SUPERVISOR}
)
SOLVES = frozenset({Role.DUTY_OFFICER})
ORDERS = frozenset({Role.DUTY_OFFICER, Role.LEADER})
SEES_RECORD = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})

SEES_PEOPLE = SIGNED_IN
EDITS_PEOPLE = frozenset({Role.DUTY_OFFICER, Role.ADMINISTRATOR})
EDITS_ROSTER = frozenset({Role.DUTY_OFFICER})
SIGNS_WAIVER = frozenset({Role.LEADER})
NO_STATION = frozenset[Role]()
"""The accounts here belong to a station; only accounts of the whole city open these."""

NIGHT = date(2026, 8, 14)

MATRIX: dict[str, tuple[frozenset[Role] | None, dict[str, Any]]] = {
    "home": (SIGNED_IN, {}),
    "set-language": (ANYONE, {}),
    "web:set-theme": (ANYONE, {}),
    "accounts:sign-in": (ANYONE, {}),
    "accounts:sign-out": (SIGNED_IN, {}),
    "accounts:record": (SEES_RECORD, {}),
    "places:tile": (SIGNED_IN, {"network": "nowhere", "z": 0, "x": 0, "y": 0}),
    "units:me": (SIGNED_IN, {}),
    "units:declare-skill": (SIGNED_IN, {}),
    "units:withdraw-skill": (SIGNED_IN, {"skill": 1}),
    "units:people": (SEES_PEOPLE, {}),
    "units:export-people": (EDITS_PEOPLE, {}),
    "units:add-person": (EDITS_PEOPLE, {}),
    "units:suggest": (SEES_PEOPLE, {}),
    "units:absences": (EDITS_PEOPLE, {}),
    "units:cancel-absence": (EDITS_PEOPLE, {"absence": 1}),
    "units:end-pair": (EDITS_PEOPLE, {"pair": 1}),
    "units:units": (SEES_PEOPLE, {}),
    "units:add-unit": (NO_STATION, {}),
    "units:edit-unit": (NO_STATION, {"code": "S01"}),
    "units:import-people": (EDITS_PEOPLE, {}),
    "units:imported": (EDITS_PEOPLE, {"number": 1}),
    "units:set-aside": (EDITS_PEOPLE, {"number": 1, "ending": "csv"}),
    "units:person": (SEES_PEOPLE, {"number": "1"}),
    "units:edit-person": (EDITS_PEOPLE, {"number": "1"}),
    "units:enter-absence": (EDITS_PEOPLE, {"number": "1"}),
    "units:pair": (EDITS_PEOPLE, {"number": "1"}),
    "units:end-service": (EDITS_PEOPLE, {"number": "1"}),
    "units:resume-service": (EDITS_PEOPLE, {"number": "1"}),
    "units:gear": (SEES_PEOPLE, {}),
    "units:add-gear-list": (NO_STATION, {}),
    "units:edit-gear-list": (NO_STATION, {"gear_list": 1}),
    "units:remove-gear-list": (NO_STATION, {"gear_list": 1}),
    "units:gear-crews": (SEES_PEOPLE, {}),
    "units:gear-crew": (SEES_PEOPLE, {"shift": 1}),
    "units:note-missing": (SEES_PEOPLE, {"shift": 1}),
    "patrols:tonight": (SEES_TONIGHT, {}),
    "patrols:city-night": (SEES_TONIGHT, {"night": NIGHT}),
    "patrols:city-map": (SEES_TONIGHT, {"night": NIGHT}),
    "patrols:coverage": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:progress": (SEES_TONIGHT, {"night": NIGHT}),
    "patrols:station-night": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:map-overlay": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:solve": (SOLVES, {"night": NIGHT}),
    "patrols:stop-run": (SOLVES, {"run": 1}),
    "patrols:issue-order": (SOLVES, {"night": NIGHT}),
    "patrols:step-order": (SOLVES, {"row": 1}),
    "patrols:extras": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:reinforce": (ORDERS, {"night": NIGHT, "station": "S01"}),
    "patrols:renew-reinforcement": (
        ORDERS,
        {"night": NIGHT, "station": "S01", "order": 1},
    ),
    "patrols:extend-overlay": (ORDERS, {"night": NIGHT, "station": "S01"}),
    "patrols:set-lights": (ORDERS, {"night": NIGHT, "station": "S01"}),
    "patrols:end-reinforcement": (ORDERS, {"order": 1}),
    "patrols:end-overlay": (ORDERS, {"overlay": 1}),
    "patrols:end-lights": (ORDERS, {"lights": 1}),
    "patrols:calendar": (SIGNED_IN, {}),
    "patrols:calendar-day": (SIGNED_IN, {"day": NIGHT}),
    "units:roster": (SEES_PEOPLE, {}),
    "units:roster-city": (SEES_PEOPLE, {"night": NIGHT}),
    "units:roster-station": (SEES_PEOPLE, {"night": NIGHT, "station": "S01"}),
    "units:roster-export": (SEES_PEOPLE, {"night": NIGHT}),
    "units:roster-hours": (SEES_PEOPLE, {}),
    "units:swaps": (SEES_PEOPLE, {}),
    "units:my-duty": (SIGNED_IN, {}),
    "units:ask-for-swap": (SIGNED_IN, {"assignment": 1}),
    "units:take-back-swap": (SIGNED_IN, {"swap": 1}),
    "units:allocate": (NO_STATION, {"night": NIGHT}),
    "units:repair": (NO_STATION, {"night": NIGHT}),
    "units:copy-city": (NO_STATION, {"night": NIGHT}),
    "units:post-notice": (NO_STATION, {"night": NIGHT}),
    "units:end-notice": (NO_STATION, {"notice": 1}),
    "units:roster-import": (EDITS_ROSTER, {}),
    "units:answer-swap": (EDITS_ROSTER, {"swap": 1}),
    "units:edit-crew": (EDITS_ROSTER, {"shift": 1}),
    "units:remove-crew": (EDITS_ROSTER, {"shift": 1}),
    "units:choose": (EDITS_ROSTER, {"shift": 1}),
    "units:assign": (EDITS_ROSTER, {"shift": 1}),
    "units:take-out": (EDITS_ROSTER, {"assignment": 1}),
    "units:replace": (EDITS_ROSTER, {"assignment": 1}),
    "units:absent": (EDITS_ROSTER, {"assignment": 1}),
    "units:present": (EDITS_ROSTER, {"assignment": 1}),
    "units:fill-station": (EDITS_ROSTER, {"night": NIGHT, "station": "S01"}),
    "units:copy-station": (EDITS_ROSTER, {"night": NIGHT, "station": "S01"}),
    "units:swap-places": (EDITS_ROSTER, {"night": NIGHT, "station": "S01"}),
    "units:add-crew": (EDITS_ROSTER, {"night": NIGHT, "station": "S01"}),
    "units:sign-waiver": (SIGNS_WAIVER, {"night": NIGHT, "station": "S01"}),
}
"""Name of the address: who may open it (ANYONE: without signing in), with what."""


COMMANDS = [
    name
    for name, (who, _) in MATRIX.items()
    if who in {SOLVES, ORDERS, EDITS_ROSTER, SIGNS_WAIVER}
]
"""Addresses that only somebody sworn may use: a row names one of these sets itself."""


def names(patterns=None, namespace=""):
    """Yield the full name of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = (
                f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


def test_every_address_has_a_row():
    assert sorted(names()) == sorted(MATRIX)


def answers(client, name) -> set[str]:
    """Ask by GET and by POST; say in one word each how the house answered."""
    url = reverse(name, kwargs=MATRIX[name][1])
    said = set()
    for response in (client.get(url), client.post(url)):
        if response.status_code == 405:
            continue
        location = response.headers.get("Location", "")
        if location.startswith(reverse("accounts:sign-in") + "?"):
            said.add("sign in")
        elif response.status_code == 403:
            said.add("refused")
        else:
            said.add("let in")
    return said


@pytest.mark.parametrize("name", MATRIX)
def test_strangers_are_asked_to_sign_in(client, name):
    allowed, _ = MATRIX[name]

    assert answers(client, name) == {"let in" if allowed is ANYONE else "sign in"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", MATRIX)
def test_role_opens_what_is_its_own_and_nothing_else(client, account, name, role):
    allowed, _ = MATRIX[name]
    client.force_login(account(role))

    is_let_in = allowed is ANYONE or role in allowed
    assert answers(client, name) == {"let in" if is_let_in else "refused"}


@pytest.mark.row("D09")
@pytest.mark.parametrize("standing", [Standing.AUXILIARY, Standing.CIVIL])
@pytest.mark.parametrize("name", COMMANDS)
def test_who_is_not_sworn_commands_nothing_in_any_role(client, account, name, standing):
    """Orders, plans, publishing, waivers: refused with 403 whatever the role says."""
    for role in MATRIX[name][0]:
        client.force_login(account(role, standing=standing, username=f"{role}-aux"))

        assert answers(client, name) == {"refused"}


def test_closed_account_is_a_stranger(client, account):
    user = account(Role.DUTY_OFFICER)
    client.force_login(user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)

    assert answers(client, "home") == {"sign in"}
