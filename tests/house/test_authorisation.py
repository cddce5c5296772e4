"""Who may open what: every address of the house against every role.

A new address fails here until it has a row.
"""

from datetime import date
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from xunfang.accounts.models import Role

pytestmark = pytest.mark.django_db

ANYONE = None
SIGNED_IN = frozenset(Role)
SEES_TONIGHT = frozenset(
    {Role.DUTY_OFFICER, Role.LEADER, Role.PATROL_OFFICER, Role.SUPERVISOR}
)
SOLVES = frozenset({Role.DUTY_OFFICER})
ORDERS = frozenset({Role.DUTY_OFFICER, Role.LEADER})
SEES_PLACES = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.LEADER,
        Role.PATROL_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.SUPERVISOR,
    }
)
EDITS_PLACES = frozenset({Role.DUTY_OFFICER, Role.COMMUNITY_OFFICER})
NOBODY_OF_A_STATION: frozenset[Role] = frozenset()
"""The accounts here are of a station; some things are for headquarters alone."""
SEES_RECORD = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})

NIGHT = date(2026, 8, 14)

MATRIX: dict[str, tuple[frozenset[Role] | None, dict[str, Any]]] = {
    "home": (SIGNED_IN, {}),
    "set-language": (ANYONE, {}),
    "web:set-theme": (ANYONE, {}),
    "accounts:sign-in": (ANYONE, {}),
    "accounts:sign-out": (SIGNED_IN, {}),
    "accounts:record": (SEES_RECORD, {}),
    "places:tile": (SIGNED_IN, {"network": "nowhere", "z": 0, "x": 0, "y": 0}),
    "places:register": (SEES_PLACES, {}),
    "places:register-map": (SEES_PLACES, {}),
    "places:export": (SEES_PLACES, {"to": "csv"}),
    "places:checks": (SEES_PLACES, {}),
    "places:take-back-check": (EDITS_PLACES, {"check": 1}),
    "places:add-place": (EDITS_PLACES, {}),
    "places:place": (SEES_PLACES, {"code": "K1"}),
    "places:place-map": (SEES_PLACES, {"code": "K1"}),
    "places:edit-place": (EDITS_PLACES, {"code": "K1"}),
    "places:place-hours": (EDITS_PLACES, {"code": "K1"}),
    "places:close-place": (EDITS_PLACES, {"code": "K1"}),
    "places:reopen-place": (EDITS_PLACES, {"code": "K1"}),
    "places:record-check": (EDITS_PLACES, {"code": "K1"}),
    "places:imports": (EDITS_PLACES, {}),
    "places:import": (EDITS_PLACES, {"pk": 1}),
    "places:apply-import": (EDITS_PLACES, {"pk": 1}),
    "places:drop-import": (EDITS_PLACES, {"pk": 1}),
    "places:set-aside": (EDITS_PLACES, {"pk": 1}),
    "places:areas": (SEES_PLACES, {}),
    "places:areas-map": (SEES_PLACES, {}),
    "places:areas-report": (SEES_PLACES, {}),
    "places:areas-report-map": (SEES_PLACES, {}),
    "places:areas-report-csv": (SEES_PLACES, {}),
    "places:export-areas": (SEES_PLACES, {}),
    "places:export-cells": (SEES_PLACES, {}),
    "places:area": (SEES_PLACES, {"code": "A1"}),
    "places:area-map": (SEES_PLACES, {"code": "A1"}),
    "places:redraws": (NOBODY_OF_A_STATION, {}),
    "places:redraw": (NOBODY_OF_A_STATION, {"pk": 1}),
    "places:redraw-map": (NOBODY_OF_A_STATION, {"pk": 1}),
    "places:apply-redraw": (NOBODY_OF_A_STATION, {"pk": 1}),
    "places:drop-redraw": (NOBODY_OF_A_STATION, {"pk": 1}),
    "places:undo-redraw": (NOBODY_OF_A_STATION, {"pk": 1}),
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
}
"""Name of the address: who may open it (ANYONE: without signing in), with what."""


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


def test_closed_account_is_a_stranger(client, account):
    user = account(Role.DUTY_OFFICER)
    client.force_login(user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)

    assert answers(client, "home") == {"sign in"}
