"""What residents of the demo city call for: classes, words, how often, at what hour.

Shares and hours are those of ``demo_city.json``; nothing here is about anybody real.
"""

from dataclasses import dataclass

CLASSES = (
    # code, name, name in English, urgency, restriction, protocol
    ("A", "危及生命", "Life at risk", 1, "", ""),
    ("A1", "有人欲自杀、自伤", "Risk of self-harm", 1, "self_harm", "self_harm"),
    ("A2", "有人落水、被困、坠落", "In the water, trapped or fallen", 1, "", "rescue"),
    ("A4", "走失", "Lost", 1, "", ""),
    ("A4.2", "老人走失", "Lost elderly person", 2, "", "missing"),
    ("B", "侵害人身", "Against persons", 2, "", ""),
    ("B1", "殴打、伤害", "Assault", 2, "", ""),
    (
        "B2",
        "家庭暴力",
        "Domestic violence",
        1,
        "domestic_violence",
        "domestic_violence",
    ),
    ("C", "侵害财物", "Against property", 3, "", ""),
    ("C2", "盗窃", "Theft", 3, "", ""),
    ("C2.2", "商铺盗窃", "Theft from a shop", 3, "", ""),
    ("C2.4", "盗窃车辆、电瓶", "Theft of vehicles or batteries", 3, "", ""),
    ("C3", "诈骗", "Fraud", 2, "", ""),
    ("D", "扰乱秩序", "Public order", 2, "", ""),
    ("D1", "酒后滋事", "Trouble after drinking", 2, "", ""),
    ("D3", "涉黄、涉赌、涉毒", "Prostitution, gambling, drugs", 3, "", ""),
    ("E", "交通", "Traffic", 2, "", ""),
    ("E1", "交通事故", "Accident", 2, "", ""),
    ("E2", "道路堵塞、隐患", "Road blocked or unsafe", 3, "", ""),
    ("F", "纠纷", "Disputes", 3, "", ""),
    ("F1", "邻里纠纷", "Between neighbours", 3, "", ""),
    ("F2", "家庭、情感纠纷", "Family or relationship", 2, "", ""),
    ("F3", "消费、经营纠纷", "With a business", 3, "", ""),
    ("G", "求助", "Help", 3, "", ""),
    ("G1", "水淹、漏水、断电", "Flood, leak, power cut", 2, "", "flood"),
    ("G2", "拾得、遗失物品", "Lost and found", 3, "", ""),
    ("G3", "开锁、被锁", "Locked out or in", 3, "", ""),
    ("G5", "困难帮扶", "Somebody needs a hand", 3, "", ""),
    ("H", "火灾、灾害事故", "Fire and accidents", 1, "", ""),
    ("H1", "火情", "Fire", 1, "", ""),
    ("H2", "燃气、危险品", "Gas or dangerous goods", 1, "", "gas_leak"),
    ("J", "噪声、环境", "Noise and environment", 4, "", ""),
    ("J1", "噪声扰民", "Noise", 4, "", ""),
    ("K", "监督、投诉", "About the police", 3, "", ""),
    ("K1", "对警察的意见、投诉", "Complaint about officers", 3, "", ""),
    ("N", "非警务", "Not a police matter", 4, "", ""),
    ("N2", "供水、供电、供气", "Water, power, gas supply", 4, "", ""),
    ("N4", "咨询", "Question", 4, "", ""),
    ("Z", "其他", "Other", 4, "", ""),
    ("Z1", "无声、误拨", "Silent or misdialled", 4, "", ""),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Calls of one class: how many in a thousand, by which hours, in what words."""

    code: str
    per_mille: int
    hours: str
    """Name of the profile."""
    words: tuple[str, ...]
    outcome: str
    on_scene_min: int
    """Half of them take longer."""


VALID = (
    Kind(
        "C3",
        18,
        "scam",
        ("转账后联系不上对方了", "接到冒充客服的电话"),
        "case_opened",
        30,
    ),
    Kind("B1", 7, "all_valid", ("店门口有人打起来了",), "case_opened", 30),
    Kind(
        "C2.2", 22, "theft", ("店里少了两箱货", "货架上东西被拿走"), "case_opened", 20
    ),
    Kind("C2.4", 18, "theft", ("电动车电瓶被偷",), "case_opened", 18),
    Kind("D1", 23, "noise", ("有人喝醉了闹事",), "settled", 25),
    Kind("B2", 2, "disputes", ("隔壁传来打骂声",), "handed_over", 45),
    Kind("E1", 155, "traffic", ("两车剐蹭", "电动车和行人碰了"), "settled", 25),
    Kind("E2", 50, "traffic", ("路口堵死了", "井盖松了"), "helped", 15),
    Kind("F1", 65, "disputes", ("楼上漏水不肯修", "停车位吵起来了"), "settled", 30),
    Kind("F2", 30, "disputes", ("两口子吵架摔东西",), "settled", 35),
    Kind("F3", 40, "disputes", ("退货老板不认",), "settled", 25),
    Kind("G2", 150, "lost_help", ("手机落在出租车上", "捡到一个钱包"), "helped", 12),
    Kind("G3", 120, "lost_help", ("门锁坏了进不去",), "helped", 15),
    Kind("G5", 180, "lost_help", ("老人摔倒扶不起来", "找不到回家的路"), "helped", 15),
    Kind("G1", 15, "all_valid", ("地下室进水了",), "helped", 50),
    Kind("D3", 25, "noise", ("棋牌室赌得很大",), "no_need", 30),
    Kind("K1", 5, "all_valid", ("对处理结果不满意",), "handed_over", 10),
    Kind("H1", 7, "all_valid", ("楼道里冒烟",), "handed_over", 40),
    Kind("H2", 3, "all_valid", ("闻到很浓的煤气味",), "handed_over", 35),
    Kind("J1", 65, "noise", ("半夜还在唱歌",), "settled", 12),
)
"""Of the calls that are a police matter."""

NOT_VALID = (
    Kind("N2", 280, "all_valid", ("小区停水了",), "no_need", 0),
    Kind("N4", 420, "all_valid", ("想问身份证在哪里办",), "no_need", 0),
    Kind("Z1", 300, "all_valid", ("无声",), "no_need", 0),
)
