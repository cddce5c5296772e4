"""Sources that are known: how others name the columns of their tables of calls.

A preset only fills in the form of a new source; whatever differs is changed there. The
names of the 110 sheets are those of published database schemas of 110 platforms; those
of the cities are their open data as published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Preset:
    """How one kind of table is to be read."""

    key: str
    name: str | Promise
    columns: Mapping[str, Sequence[str]]
    zone: str = "Asia/Shanghai"
    datum: str = "wgs84"


SHEETS_110 = Preset(
    "sheets-110",
    pgettext_lazy("preset", "110 sheets (Chinese names)"),
    {
        "number": (*("接警单编号", "接警编号", "警情编号", "JJDBH", "JJBH"),),
        "reported": ("报警时间", "BJSJ"),
        "taken": ("接警时间", "JJSJ"),
        "entered": ("接警完成时间", "JJWCSJ"),
        "assigned": ("派警时间", "PJSJ"),
        "delivered": ("系统终端到达时间", "终端到达时间", "XTZDDDSJ"),
        "acknowledged": ("签收时间", "派单签收时间", "PDQSSJ"),
        "departed": ("出警时间", "实际出警时间", "CJSJ01", "SJCJSJ"),
        "arrived": ("到达现场时间", "到场时间", "DDXCSJ"),
        "finished": ("现场处理完毕时间", "处理完毕时间", "XCCLWBSJ"),
        "refused": ("退单时间", "TDSJ"),
        "fed_back": ("反馈时间", "FKSJ"),
        "closed": ("结案时间", "JASJ"),
        "unit": (
            *("处警对象名称", "处警单位", "出警单位", "处警单位名称"),
            *("CJDXMC", "CJDWMC"),
        ),
        "words": ("报警内容", "BJNR"),
        "phone": ("联系电话", "LXDH", "报警电话", "BJDH"),
        "place": ("警情地址", "JQDZ", "事发地址", "案发地址"),
        "lon": ("经度", "X坐标", "警情X坐标"),
        "lat": ("纬度", "Y坐标", "警情Y坐标"),
        "station": ("管辖单位名称", "管辖单位", "GXDWMC", "管辖单位代码", "GXDWDM"),
        "class": ("初始警情类别", "CSJQLBDM", "警情类别", "警情类别代码"),
        "class_2": ("初始警情类型", "CSJQLXDM", "警情类型", "警情类型代码"),
        "class_3": ("初始警情细类", "CSJQXLDM", "警情细类", "警情细类代码"),
        "class_4": ("初始警情子类", "CSJQZLDM", "警情子类", "警情子类代码"),
        "final_class": ("最终警情类别", "反馈警情类别", "JQLBDM"),
        "final_class_2": ("最终警情类型", "反馈警情类型", "JQLXDM"),
        "final_class_3": ("最终警情细类", "反馈警情细类", "JQXLDM"),
        "final_class_4": ("最终警情子类", "反馈警情子类", "JQZLDM"),
        "urgency": ("警情等级", "警情级别", "JQDJDM"),
        "outcome": ("处理结果", "处警结果", "JQCLJGDM"),
        "channel": ("警情来源方式", "接警来源类型", "JQLYFS", "JJLYLX"),
    },
    datum="gcj02",
)
NEW_ORLEANS = Preset(
    "new-orleans",
    pgettext_lazy("preset", "New Orleans open data"),
    {
        "number": ("NOPD_Item",),
        "reported": ("TimeCreate",),
        "assigned": ("TimeDispatch",),
        "arrived": ("TimeArrive", "TimeArrival"),
        "closed": ("TimeClosed",),
        "self_initiated": ("SelfInitiated",),
        "place": ("BLOCK_ADDRESS",),
        "point": ("Location",),
        "class": ("InitialTypeText", "InitialType"),
        "final_class": ("TypeText",),
        "outcome": ("DispositionText",),
    },
    zone="America/Chicago",
)
CINCINNATI = Preset(
    "cincinnati",
    pgettext_lazy("preset", "Cincinnati open data"),
    {
        "number": ("EVENT_NUMBER",),
        "reported": ("CREATE_TIME_INCIDENT",),
        "assigned": ("DISPATCH_TIME_PRIMARY_UNIT",),
        "arrived": ("ARRIVAL_TIME_PRIMARY_UNIT",),
        "closed": ("CLOSED_TIME_INCIDENT",),
        "place": ("ADDRESS_X",),
        "lon": ("LONGITUDE_X",),
        "lat": ("LATITUDE_X",),
        "class": ("INCIDENT_TYPE_DESC", "INCIDENT_TYPE_ID"),
        "outcome": ("DISPOSITION_TEXT",),
    },
    zone="America/New_York",
)
NEW_YORK = Preset(
    "nypd",
    pgettext_lazy("preset", "NYPD calls for service"),
    {
        "number": ("CAD_EVNT_ID",),
        "reported": ("ADD_TS",),
        "assigned": ("DISP_TS",),
        "arrived": ("ARRIVD_TS",),
        "closed": ("CLOSNG_TS",),
        "lon": ("Longitude",),
        "lat": ("Latitude",),
        "class": ("TYP_DESC", "RADIO_CODE"),
    },
    zone="America/New_York",
)
SACRAMENTO = Preset(
    "sacramento",
    pgettext_lazy("preset", "Sacramento dispatch data"),
    {
        "number": ("Record_ID",),
        "reported": ("Received_Date",),
        "reported_hour": ("Received_Time",),
        "assigned": ("Dispatch_Date",),
        "assigned_hour": ("Dispatch_Time",),
        "departed": ("Enroute_Date",),
        "departed_hour": ("Enroute_Time",),
        "arrived": ("At_Scene_Date",),
        "arrived_hour": ("At_Scene_Time",),
        "closed": ("Clear_Date",),
        "closed_hour": ("Clear_Time",),
        "unit": ("Unit_ID",),
        "place": ("Location",),
        "class": ("Description", "Call_Type"),
    },
    zone="America/Los_Angeles",
)
DETROIT = Preset(
    "detroit",
    pgettext_lazy("preset", "Detroit 911 calls"),
    {
        "number": ("incident_id", "incident_entry_id"),
        "reported": ("call_timestamp", "called_at"),
        "minutes_to_enter": ("intaketime", "intake_time"),
        "minutes_to_assign": ("dispatchtime", "dispatch_time"),
        "minutes_to_arrive": ("traveltime", "travel_time"),
        "minutes_on_scene": ("time_on_scene",),
        "minutes_in_all": ("totaltime", "total_time"),
        "unit": ("respondingunit", "responding_unit"),
        "self_initiated": ("officerinitiated", "officer_initiated"),
        "place": ("incident_address", "nearest_intersection"),
        "lon": ("longitude",),
        "lat": ("latitude",),
        "class": ("calldescription", "call_description", "callcode"),
    },
    zone="America/Detroit",
)
PRESETS = {
    preset.key: preset
    for preset in (
        *(SHEETS_110, NEW_ORLEANS, CINCINNATI, NEW_YORK, SACRAMENTO, DETROIT),
    )
}
