"""Calls and crews on duty, for tests of any room."""

from datetime import datetime
from uuid import uuid4

from xunfang.accounts.models import User
from xunfang.calls import services
from xunfang.calls.models import Call, CallClass
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import services as duty
from xunfang.units.models import Shift, Station


def add_class(code: str = "ours-1", **values: object) -> CallClass:
    """A class of calls, with nothing special about it unless told."""
    return CallClass.objects.create(**{"code": code, "name": f"类别{code}"} | values)


def add_call(
    number: str, *, by: User, at: datetime, words: str = "有人吵架", **values: object
) -> Call:
    """A call that somebody entered at the desk."""
    return services.enter_call(number=number, words=words, by=by, at=at, **values)


def go_on_duty(shift: Shift, *, by: User, at: datetime) -> None:
    """Put a crew on the street, its gear looked through."""
    duty.check_gear(shift=shift, by=by, at=at)
    duty.report(shift=shift, step=DutyStep.ON, key=uuid4(), by=by, at=at)


def add_shift(night: object, station: Station, code: str, **values: object) -> Shift:
    """A crew of two, one of them sworn, from 18:00 to 02:00."""
    return Shift.objects.create(
        **{
            "night": night,
            "code": code,
            "name": f"{code}组",
            "station": station,
            "mode": "car",
            "n_sworn": 1,
            "n_auxiliary": 1,
            "begins_min": 1080,
            "ends_min": 1560,
        }
        | values
    )
