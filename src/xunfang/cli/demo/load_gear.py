"""What the crews of the demo city take along."""

from datetime import datetime

from xunfang.accounts.models import User
from xunfang.units.gear.services import Item, save_gear_list
from xunfang.units.models import TeamTemplate

ALWAYS = (
    Item("警服和警用装备", "Uniform and duty belt"),
    Item("对讲机", "Radio"),
    Item("执法记录仪", "Body camera"),
    Item("急救包", "First-aid kit", is_per_person=False),
)
NIGHT = (
    Item("反光背心", "Reflective vest"),
    Item("手电", "Torch"),
    Item("备用电池", "Spare batteries", quantity=2, is_per_person=False),
)
MARKET = (
    Item("“执勤”袖标", "“On duty” armband"),
    Item("喊话器", "Loudhailer", is_per_person=False),
    Item("警戒带", "Cordon tape", quantity=2, is_per_person=False),
)


def load_gear(*, by: User, at: datetime) -> None:
    """Begin the lists: for every crew, by night, for markets."""
    market = TeamTemplate.objects.get(code="market")
    for name, team, when, items in (
        ("通用装备", None, "always", ALWAYS),
        ("夜间装备", None, "night", NIGHT),
        ("赶场装备", market, "always", MARKET),
    ):
        save_gear_list(name=name, team=team, when=when, items=items, by=by, at=at)
