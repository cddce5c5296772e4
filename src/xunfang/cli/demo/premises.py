"""Kinds of key places: how many where, what they are called, when they are busy."""

from __future__ import annotations

from dataclasses import dataclass

from xunfang.cli.demo.city_model import BusyWindow
from xunfang.cli.demo.names import Name, read_words

ALL_YEAR = tuple(range(1, 13))
ALL_WEEK = tuple(range(1, 8))
WORKDAYS = tuple(range(1, 6))
WARM = tuple(range(4, 11))


def _at(hour: int, minute: int = 0) -> int:
    return 60 * hour + minute


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """One kind of key place.

    ``streets`` are the classes of street it prefers; ``hints`` the spots on the map it
    takes first; ``tails`` end its names; ``downtown`` draws it to the centre.
    """

    code: str
    zh: str
    check_every_days: int
    streets: tuple[str, ...]
    hints: tuple[str, ...]
    tails: tuple[Name, ...]
    busy: tuple[BusyWindow, ...]
    downtown: float = 1.0


_SHOPPING = ("primary", "secondary", "pedestrian")
_BACK = ("tertiary", "residential", "unclassified")
_LANES = ("residential", "living_street", "pedestrian")

KINDS = (
    PlaceKind("school", "学校(中小学)", 7, _BACK, ("school",), (), (), 0.4),
    PlaceKind(
        "kindergarten",
        "幼儿园",
        7,
        _BACK + _LANES,
        (),
        read_words("幼儿园 Kindergarten 中心幼儿园 Central-Kindergarten"),
        (),
        0.4,
    ),
    PlaceKind(
        "clinic",
        "医院诊所",
        15,
        ("secondary", "tertiary"),
        (),
        read_words(
            "卫生院 Clinic 医院 Hospital 社区卫生中心 Health-Centre 诊所 Surgery"
        ),
        (BusyWindow(ALL_YEAR, ALL_WEEK, _at(18), _at(24)),),
    ),
    PlaceKind(
        "bank",
        "银行网点",
        15,
        _SHOPPING,
        (),
        read_words("农商银行 Rural-Bank 储蓄所 Savings-Bank 村镇银行 Town-Bank"),
        (BusyWindow(ALL_YEAR, WORKDAYS, _at(9), _at(17)),),
        1.5,
    ),
    PlaceKind(
        "mall_market",
        "商场超市市场",
        15,
        (*_SHOPPING, "tertiary"),
        ("mall", "square"),
        read_words("百货 Store 超市 Supermarket 农贸市场 Food-Market 商城 Mall"),
        (BusyWindow(ALL_YEAR, ALL_WEEK, _at(18), _at(21, 30)),),
        1.2,
    ),
    PlaceKind(
        "hotel",
        "旅馆酒店",
        30,
        ("secondary", "tertiary", "residential"),
        (),
        read_words("宾馆 Hotel 酒店 Grand-Hotel 客栈 Inn 旅馆 Guesthouse"),
        (BusyWindow(ALL_YEAR, ALL_WEEK, _at(21), _at(24)),),
        1.1,
    ),
    PlaceKind(
        "entertainment",
        "娱乐场所",
        15,
        ("secondary", "tertiary", "pedestrian", "residential"),
        (),
        read_words(
            "歌厅 Karaoke 网吧 Internet-Bar 酒吧 Bar 台球室 Billiards 影城 Cinema"
        ),
        (
            BusyWindow(ALL_YEAR, (5, 6), _at(20), _at(26)),
            BusyWindow(ALL_YEAR, (1, 2, 3, 4, 7), _at(20), _at(24, 30)),
        ),
        1.6,
    ),
    PlaceKind(
        "restaurant",
        "餐饮(用气/夜排档)",
        30,
        _BACK + _LANES,
        (),
        read_words(
            "饭店 Restaurant 火锅店 Hotpot 烧烤 Barbecue 夜排档 Night-Stalls 面馆 Noodles"
        ),
        (
            BusyWindow(ALL_YEAR, ALL_WEEK, _at(18), _at(21)),
            BusyWindow(WARM, ALL_WEEK, _at(21), _at(25)),
        ),
        1.2,
    ),
    PlaceKind(
        "fuel",
        "加油加气站",
        15,
        ("primary", "secondary", "tertiary"),
        (),
        read_words("加油站 Fuel-Station 加气站 Gas-Station"),
        (),
        0.1,
    ),
    PlaceKind(
        "station",
        "车站",
        7,
        ("secondary", "primary", "tertiary"),
        ("railway_station",),
        read_words("客运站 Coach-Station 公交总站 Bus-Terminal"),
        (BusyWindow(ALL_YEAR, ALL_WEEK, _at(17), _at(22)),),
    ),
    PlaceKind(
        "park_square",
        "公园广场",
        15,
        _BACK,
        ("park", "square"),
        read_words("公园 Park 广场 Square"),
        (BusyWindow(tuple(range(5, 11)), ALL_WEEK, _at(19), _at(21, 30)),),
        0.6,
    ),
    PlaceKind(
        "estate",
        "住宅小区与老旧院落",
        30,
        _BACK + _LANES,
        ("estate",),
        read_words("小区 Estate 花园 Garden 大院 Compound 新村 New-Village 家园 Homes"),
        (BusyWindow(ALL_YEAR, ALL_WEEK, _at(22), _at(26)),),
        0.5,
    ),
    PlaceKind(
        "logistics",
        "寄递物流",
        30,
        _BACK,
        (),
        read_words("快递站 Parcel-Station 物流部 Freight-Office 驿站 Parcel-Point"),
        (BusyWindow(ALL_YEAR, ALL_WEEK, _at(18), _at(21)),),
        0.5,
    ),
    PlaceKind(
        "water_bridge",
        "水域桥梁",
        7,
        _BACK,
        ("bridge", "waterside"),
        read_words("桥头 Bridgehead 堰塘 Weir 水库 Reservoir 亲水平台 Waterside"),
        (BusyWindow((6, 7, 8, 9), ALL_WEEK, _at(16), _at(22)),),
        0.2,
    ),
    PlaceKind(
        "warehouse",
        "仓储企业",
        30,
        _BACK,
        ("factory",),
        read_words("仓库 Warehouse 粮库 Granary 冷库 Cold-Store 工厂 Works"),
        (BusyWindow(ALL_YEAR, ALL_WEEK, _at(23), _at(28)),),
        0.2,
    ),
)

# Key places by station and kind, columns in the order of ``KINDS``. The margins are
# those of demo_city.json; the inside was fitted to them from each station's character
# (hotels at the lake, warehouses in the port) by iterative proportional fitting.
N_BY_STATION = {
    "S01": (6, 8, 3, 10, 6, 12, 9, 16, 1, 1, 4, 10, 3, 3, 0),
    "S02": (6, 8, 3, 8, 6, 10, 8, 14, 1, 1, 4, 10, 3, 2, 0),
    "S03": (5, 7, 2, 5, 4, 6, 7, 15, 2, 1, 4, 7, 3, 2, 1),
    "S04": (4, 5, 2, 5, 4, 8, 5, 8, 2, 1, 2, 6, 4, 1, 1),
    "S05": (5, 6, 2, 5, 4, 5, 5, 8, 4, 0, 1, 6, 6, 1, 6),
    "S06": (4, 5, 1, 3, 3, 5, 3, 6, 2, 1, 1, 3, 2, 1, 1),
    "S07": (3, 5, 1, 3, 3, 4, 1, 5, 2, 1, 1, 2, 2, 1, 0),
    "S08": (3, 3, 1, 1, 2, 11, 1, 5, 1, 1, 3, 1, 1, 2, 0),
    "S09": (3, 4, 1, 3, 3, 4, 1, 4, 2, 1, 1, 1, 1, 1, 1),
    "S10": (3, 3, 2, 1, 2, 3, 1, 3, 2, 1, 1, 1, 1, 1, 0),
}

# Schools of a station in this order; six high schools, one in each of S01 to S06.
SCHOOL_LEVELS = ("primary", "middle", "primary", "high", "primary", "middle")
SCHOOL_LEVELS_SMALL = ("primary", "middle", "primary")
SCHOOL_NAMES = {
    "primary": Name("小学", "Primary School"),
    "middle": Name("初级中学", "Middle School"),
    "high": Name("高级中学", "High School"),
}
BELLS_MIN = {
    "kindergarten": (_at(16, 30),),
    "primary": (_at(16, 40), _at(18)),
    "middle": (_at(18, 10),),
    "high": (_at(21, 30),),
}

PLACE_WORDS = read_words("""
    顺达 Shunda 宏远 Hongyuan 天成 Tiancheng 福满 Fuman 聚贤 Juxian 悦来 Yuelai
    万家 Wanjia 佳和 Jiahe 汇丰源 Huifengyuan 金满 Jinman 春满 Chunman 鸿宾 Hongbin
    小渔 Xiaoyu 老灶 Laozao 江鲜 Jiangxian 云上 Yunshang 月色 Yuese 星辰 Xingchen
    蓝鲸 Lanjing 白帆 Baifan 青藤 Qingteng 红叶 Hongye 绿洲 Luzhou 翠湖 Cuihu
    启明 Qiming 向阳 Xiangyang 育才 Yucai 博文 Bowen 明德 Mingde 实验 Shiyan
    童心 Tongxin 蓓蕾 Beilei 小星星 Xiaoxingxing 七彩 Qicai 春苗 Chunmiao 金太阳 Jintaiyang
    同仁 Tongren 百草 Baicao 济生 Jisheng 安康 Ankang 便民 Bianmin 通达 Tongda
    迅捷 Xunjie 百顺 Baishun 捷运 Jieyun 远洋 Yuanyang 中和 Zhonghe 广源 Guangyuan
""")
