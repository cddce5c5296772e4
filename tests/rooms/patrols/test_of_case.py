"""From a resident's message to the patrol it caused, and back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.words import case_about
from xunfang.patrols.extras import services as extras
from xunfang.places.models import KeyPlace

pytestmark = pytest.mark.django_db

WORDS = "农村偏远地区能不能再增加点警察"


@pytest.fixture(autouse=True)
def _it_is_that_afternoon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON)


@pytest.fixture
def case(streets, station):
    place = KeyPlace.objects.get(code="K1")
    return case_about(
        WORDS, at=AFTERNOON, station=station, lonlat=(place.lon, place.lat)
    )


@pytest.fixture
def desk(client, duty_officer):
    client.force_login(duty_officer)
    return client


def ordered_from(page) -> dict[str, object]:
    """Return what the form is filled in with: nobody types anything."""
    form = page.context["form"]
    return {form.add_prefix(name): form[name].value() for name in form.fields}


@pytest.mark.row("B14")
def test_an_order_for_a_case_ends_after_21_nights_and_is_renewed_with_a_new_reason(
    case, duty_officer
):
    def order(**values):
        return extras.order_reinforcement(
            **{
                "place": KeyPlace.objects.get(code="K1"),
                "minutes": 30,
                "begins_on": NIGHT,
                "reason": "群众留言",
                "case": case,
                "by": duty_officer,
                "at": AFTERNOON,
            }
            | values
        )

    first = order()
    assert first.until == NIGHT + timedelta(days=20)
    begins = first.until + timedelta(days=1)
    with pytest.raises(extras.ReasonMissing):
        order(renews=first, begins_on=begins, case=None)
    again = order(renews=first, begins_on=begins, case=None, reason="集市延长")
    assert again.case == case
