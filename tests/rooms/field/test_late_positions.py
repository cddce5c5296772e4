"""What a phone could not send on duty it sends later; what counts is when it was measured."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories import calls as call_factory
from tests.factories import on_duty
from tests.factories import people as people_factory
from tests.factories.on_duty import NIGHT, after
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import services as duty
from xunfang.units.models import Fix, Position

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(officer):
    return on_duty.add_crew(officer)


@pytest.fixture
def out(crew, officer):
    call_factory.go_on_duty(crew, by=officer, at=after(-60))
    return crew


@pytest.fixture
def upload_fixes(client, officer, monkeypatch):
    """Send where the phone was at minutes after 20:00, and say how it was answered."""

    def upload(*minutes, at):
        monkeypatch.setattr("django.utils.timezone.now", lambda: after(at))
        client.force_login(officer)
        return client.post(
            reverse("field:position"),
            json.dumps(
                {
                    "user": officer.pk,
                    "sent_at": after(at).isoformat(),
                    "fixes": [
                        {"at": after(minute).isoformat(), "lon": 110.0, "lat": 30.0}
                        for minute in minutes
                    ],
                }
            ),
            content_type="application/json",
        )

    return upload


def go(shift, step, minutes, officer):
    duty.report(shift=shift, step=step, key=uuid4(), by=officer, at=after(minutes))


@pytest.mark.rule("CL-17")
def test_what_was_measured_on_duty_is_taken_after_it_once_and_nothing_measured_off_it(
    upload_fixes, officer, crew
):
    """On duty from 20:00 to 20:30 and from 21:00 to 21:30; signal again at 22:00."""
    call_factory.go_on_duty(crew, by=officer, at=after(0))
    for step, minutes in (("off", 30), ("on", 60), ("off", 90)):
        go(crew, DutyStep(step), minutes, officer)

    said = (-1, 0, 29, 30, 45, 60, 89, 90, 100)
    assert [upload_fixes(*said, at=at).status_code for at in (120, 125)] == [204, 204]

    assert [(one.shift, one.fixed_at) for one in Fix.objects.all()] == [
        (crew, after(minute)) for minute in (0, 29, 60, 89)
    ]
    assert not Position.objects.exists()
    refused = upload_fixes(30, 45, 100, at=130)
    assert (refused.status_code, refused.json()["code"]) == (409, "units.not_on_duty")


@pytest.mark.rule("CL-17")
def test_what_comes_in_the_next_duty_is_kept_for_the_crew_it_was_measured_with(
    upload_fixes, officer, out, account
):
    """Yesterday's duty ended at 20:10; the next night's is under way when signal comes."""
    go(out, DutyStep.OFF, 10, officer)
    following = call_factory.add_shift(NIGHT + timedelta(days=1), out.station, "2")
    people_factory.assign(following, out.assignments.get().person)
    call_factory.go_on_duty(following, by=officer, at=after(24 * 60))

    assert upload_fixes(9, 20, 24 * 60 + 1, at=24 * 60 + 2).status_code == 204

    assert [(one.shift, one.fixed_at) for one in Fix.objects.order_by("fixed_at")] == [
        (out, after(9)),
        (following, after(24 * 60 + 1)),
    ]
    assert [one.shift for one in Position.objects.all()] == [following]


@pytest.mark.rule("CL-06")
def test_a_position_that_comes_after_three_days_is_not_taken(
    upload_fixes, officer, out
):
    go(out, DutyStep.OFF, 10, officer)

    assert upload_fixes(9, at=9 + 72 * 60 + 1).status_code == 409
    assert not Fix.objects.exists()
    assert upload_fixes(9, at=9 + 72 * 60).status_code == 204
    assert Fix.objects.count() == 1


@pytest.mark.rule("CL-06")
def test_a_crew_that_forgot_to_go_off_duty_is_not_heard_for_ever(
    upload_fixes, officer, out
):
    """Planned until 02:00: heard until 06:00 at the latest, ten hours after 20:00."""
    assert upload_fixes(599, 600, 601, at=602).status_code == 204
    assert [one.fixed_at for one in Fix.objects.all()] == [after(599)]
