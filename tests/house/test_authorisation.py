"""Who may open what: every address of the house against every role.

A new address fails here until it has a row.
"""

from itertools import product

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.house.matrix import COMMANDS, MATRIX
from tests.house.who import ANYONE, OF_THE_CITY
from xunfang.accounts.models import Role, Standing

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("name", MATRIX)
def test_each_role_opens_what_is_its_own_and_nothing_else(client, account, name):
    """Every role, for the whole city and for one station."""
    allowed, _ = MATRIX[name]
    said, expected = {}, {}
    for role, station_code in product(Role, ("", "S01")):
        username = f"{role}-{station_code}"
        client.force_login(account(role, station_code=station_code, username=username))

        said[username] = answers(client, name)
        is_let_in = allowed is ANYONE or (
            role in allowed and not (station_code and name in OF_THE_CITY)
        )
        expected[username] = {"let in" if is_let_in else "refused"}

    assert said == expected


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

    assert answers(client, "units:me") == {"sign in"}
