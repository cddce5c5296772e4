"""The desk, an officer, and what the officer's phone sends."""

import json

import pytest
from django.urls import reverse


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def officer(account):
    return account("patrol_officer")


@pytest.fixture
def upload(client, officer, monkeypatch):
    """Send entries at a moment, as the phone's script does; return the answers."""
    client.force_login(officer)

    def send(*entries, at, sent_at=None, user=None, accept="application/json"):
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        said = {
            "user": (user or officer).pk,
            "sent_at": (sent_at or at).isoformat(),
            "entries": entries,
        }
        return client.post(
            reverse("field:sync"),
            json.dumps(said),
            content_type="application/json",
            headers={"Accept": accept},
        )

    return send
