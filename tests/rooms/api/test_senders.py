"""The administrator lets other systems speak and stops them; a key is shown once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xunfang.api.models import Sender
from xunfang.api.senders import services
from xunfang.audit.models import Event

URL = "/senders/"
CITY_APP = {"name": "city-app", "kind": "open311", "office": "政务服务中心 0731-1"}


def shown(answer) -> str:
    found = re.search(r'<code class="secret">([^<]+)</code>', answer.content.decode())
    assert found is not None
    return found[1]


def test_a_key_is_shown_once_and_only_its_digest_is_kept(client, administrator):
    client.force_login(administrator)

    answer = client.post(URL, CITY_APP)

    sender = Sender.objects.get()
    key = shown(answer)
    assert sender.key_digest == services.digest_of(key)
    assert services.sender_with_key(key) == sender
    assert "secret" not in client.get(URL).content.decode()
    event = Event.objects.get(kind="sender.added")
    assert (event.subject, event.by, event.detail) == (
        "city-app",
        administrator,
        {"how": "open311"},
    )


def test_a_secret_to_sign_with_is_kept_encrypted(client, administrator):
    client.force_login(administrator)

    secret = shown(client.post(URL, CITY_APP | {"kind": "webhook"}))

    sender = Sender.objects.get()
    assert secret.encode() not in bytes(sender.sealed_secret)
    assert services.find_webhook("city-app") == (sender, secret)
    with pytest.raises(services.SenderUnknown):
        services.sender_with_key(secret)


def test_a_key_of_kannels_comes_with_what_to_write_into_its_configuration(
    client, administrator
):
    client.force_login(administrator)

    answer = client.post(URL, CITY_APP | {"name": "sms", "kind": "kannel"})

    key = shown(answer)
    line = f'post-url = "http://sms:{key}@127.0.0.1:8000/api/kannel/%I/"'
    assert line in answer.content.decode()
    [sender] = Sender.objects.all()
    assert services.sender_with_key(key, kind="kannel") == sender
    with pytest.raises(services.SenderUnknown):
        services.sender_with_key(key)


def test_a_revoked_key_stops_working_and_its_name_is_not_given_again(
    client, administrator
):
    client.force_login(administrator)
    key = shown(client.post(URL, CITY_APP))
    [sender] = Sender.objects.all()

    assert client.post(f"{URL}{sender.pk}/revoke/").status_code == 303

    with pytest.raises(services.SenderUnknown):
        services.sender_with_key(key)
    again = client.post(URL, CITY_APP)
    assert again.status_code == 409
    assert "政务服务中心" in again.content.decode()
    assert [event.kind for event in Event.objects.order_by("pk")] == [
        "sender.added",
        "sender.revoked",
    ]


@pytest.mark.parametrize("name", ["", "a b", "../x", "a" * 31, "名字", "import:x"])
def test_a_name_that_is_no_part_of_an_address_is_refused(client, administrator, name):
    client.force_login(administrator)
    assert client.post(URL, CITY_APP | {"name": name}).status_code == 422
    assert not Sender.objects.exists()


def test_three_senders_cost_as_many_queries_as_one(client, administrator):
    client.force_login(administrator)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(URL)
        return len(caught)

    client.post(URL, CITY_APP)
    one = queries()
    for name in ("second", "third"):
        client.post(URL, CITY_APP | {"name": name})
    assert queries() == one
