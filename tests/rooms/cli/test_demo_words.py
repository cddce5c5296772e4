"""The demo's residents have spoken, and some were answered."""

from datetime import UTC, datetime

import pytest

from xunfang.cases.models import Answer, Case
from xunfang.cli.demo import load_words
from xunfang.feedback.models import Word
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_sixty_messages_are_kept_in_the_log_and_twelve_answered(account) -> None:
    account("duty_officer", station_code="")
    for code in {message["station"] for message in load_words.messages()}:
        Station.objects.create(code=code, name=f"{code}派出所", lon=0, lat=0)

    assert load_words.load_words(at=NOW) == 60
    assert load_words.load_words(at=NOW) == 0

    assert Word.objects.count() == 60
    assert Answer.objects.count() == len(load_words.ANSWERS)
    public = Case.objects.exclude(public_since=None)
    assert not public.filter(topic__is_sensitive=True).exists()
    assert Case.objects.filter(is_sealed=True).count() >= 2
    assert Word.objects.latest("received_at").received_at < NOW
