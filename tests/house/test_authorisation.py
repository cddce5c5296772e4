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
    "patrols:lock-stay": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:move-stay": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:leave-out": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:exclude-crew": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:add-wish": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:undo-edit": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:versions": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:restore-edition": (
        SOLVES,
        {"night": NIGHT, "station": "S01", "edition": 1},
    ),
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
