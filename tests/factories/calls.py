"""Calls and crews on duty, for tests of any room."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from xunfang.accounts.models import User
from xunfang.calls import services
from xunfang.calls.mirror import services as mirror
from xunfang.calls.mirror.presets import PRESETS
from xunfang.calls.models import Call, CallClass, CallImport, CallSource
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import services as duty
from xunfang.units.models import Shift, Station
from xunfang.web.tables import write_csv


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


def add_source(
    preset: str = "sheets-110", *, by: User, at: datetime, **values: object
) -> CallSource:
    """A source that reads tables as a preset does."""
    like = PRESETS[preset]
    return mirror.save_source(
        source=None,
        revision=0,
        by=by,
        at=at,
        **{
            "name": preset,
            "columns": like.columns,
            "datum": "wgs84",
            "zone": like.zone,
            "time_format": "",
            "station": None,
            "is_active": True,
        }
        | values,
    )


def bring(
    *records: dict[str, object],
    source: CallSource,
    by: User,
    at: datetime,
    write: Callable[..., bytes] | None = None,
) -> CallImport:
    """Bring a table in whose lines are ``records``: cells by the name of the column."""
    header = list(dict.fromkeys(name for record in records for name in record))
    rows = [[record.get(name, "") for name in header] for record in records]
    return mirror.bring_file(
        source=source,
        content=(write or write_csv)(header, rows),
        file_name="110.csv",
        by=by,
        clock=lambda: at,
    )


def sheet_110(number: str, unit: str = "", **clocks: str) -> dict[str, object]:
    """A line of 110's sheets; clocks are of the evening of 14 August, as 20:01:05."""
    names = {
        "bj": "报警时间",
        "jj": "接警时间",
        "wc": "接警完成时间",
        "pj": "派警时间",
        "qs": "签收时间",
        "cj": "出警时间",
        "dd": "到达现场时间",
        "wb": "处理完毕时间",
        "fk": "反馈时间",
        "ja": "结案时间",
    }
    line: dict[str, object] = {"接警单编号": number, "处警单位": unit}
    return line | {names[key]: f"2026-08-14 {said}" for key, said in clocks.items()}
