"""Texts with people in them, made up by lot, and where in them the people stand.

The rules were developed against `PLAIN` and then `CHAT`. `HELD_OUT` was written after
that, in other habits of writing, and the rules were not changed for it: what it measures
is what the goals are about. All three have one author; a station's own texts will be
harder.
"""

import re
from dataclasses import dataclass
from typing import cast

import numpy as np
import opencc

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
RARE = "郜佘阚蔺逄訾郄仝侴苟芮麻鞠臧晏楚冀尚甄栾檀景鄢隗阙浦牟"
COMPOUND = [
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "端木",
    "宇文",
    "东方",
    "南宫",
    "长孙",
]
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红梅文海燕晓东春花永福庆婷宇浩然欣怡雪鹏飞凯琳晨曦梓涵子轩思雨嘉佳俊豪泽诗琪润之德厚仲谋孟起鑫淼焱翀頔懿晖甫砚苒"
TITLES = [
    "师傅",
    "老师",
    "医生",
    "大爷",
    "阿姨",
    "警官",
    "主任",
    "经理",
    "女士",
    "先生",
    "奶奶",
    "队长",
]
KIN = ["姐", "哥", "叔", "姨", "婶", "嫂"]
PROVINCES = "贵川渝云粤京沪浙苏湘鄂"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
ROADS = [
    "汀江路",
    "滨河路",
    "新港三路",
    "建设北街",
    "诗乡大道",
    "双桥巷",
    "老街",
    "学府路",
    "柳坪村",
    "石门坳村",
    "锦绣家园",
    "枫林苑",
]

PLAIN = (
    "我叫{name}，电话{phone}，住在{road}{door}，昨晚车牌{plate}的车把我的车刮了。",
    "报警人{name}(身份证号{identity})称其银行卡{card}被盗刷。",
    "联系人：{name} 手机{phone}，请尽快回复。",
    "{road}{door}楼上天天吵，找{title}说过，不肯改。",
    "{plate}长期停在消防通道，{phone}是车主电话。",
    "{name}，男，{identity}，住{road}{door}。",
    "昨天{title}来过，说{name}欠的钱月底还。",
    "我和{name}是邻居，{short}可以作证。",
    "转给了卡号{card}，户名{name}。",
    "我的微信是{account}，邮箱{email}。",
)
NOBODY = (
    "订单号13800138000123已发货，金额2999元。",
    "案件编号5201032024010112345678，请查收。",
    "今天温度38度，路段编号G7511，营业执照91520000MA6DKXXX1X。",
    "2024年5月20日14时30分，派出所第20240520143号回执。",
    "小区共1380户，门牌太旧，电梯编号31105200042。",
    "路灯坏了三天，打了12345和110都没用，能不能来看看。",
    "建议把巡逻时间改到早上六点到八点，十几户人家都同意。",
)
CHAT = (
    "亲，麻烦帮我查下，尾款打到{card}了，收款的是{name}，到现在不发货也不回微信{account}",
    "喂民警同志嘛，我{road}的{name}噻，你记一哈我电话嘛{phone}，晚点打",
    "姓名：{name}；证件号码：{identity}；联系方式：{phone}；住址：{road}{door}",
    "投诉！{short}开着{plate}天天堵门，说他还骂人，物业{title}也不管",
    "昨天{name}带了两个人到我店里闹，后来{name2}报的警",
    "孩子叫{name}，班主任是{title}，他同桌{name2}可以证明",
    "谢谢{title}，也谢谢那个不留名的辅警，{phone}是我号码有事说一声",
    "签名：{name}\n日期：2026年11月2日\n电话：{phone}",
    "对方自称{name}，身份证{identity}，让我把钱转到{card}，我没转",
    "{short}跟我说{name}家在{road}{door}那边打牌",
    "我爱人{name}昨晚八点骑车（{plate}）出去，人没回来，看到请打{phone}",
    "发票请寄{email}，抬头写{name}，谢谢",
    "{road}{door}，空调外机滴水，{name}，{phone}",
    "上次是{title}接的警，这回换了{short}，说法不一样",
    "受理人{name2}，反映人{name}（{phone}），内容：路灯不亮",
    "我妈{name}今年七十二，记性不好，衣服里有张纸写着{phone}",
)
CHAT_NOBODY = (
    "本月15、16、17、18、19号停水，21:00恢复，咨询热线96110。",
    "快递单号7731234567890123456，共3件，货值12800元。",
    "监控编号52010300011320001234，镜头朝西。",
    "高铁G1234次10:25到站，3号线换乘5路，全程120元。",
    "小时候我们老街热闹，老师们也住这边，现在小店都关了。",
    "2026-11-02 08:30 至 2026-11-05 17:00 封路，请绕行。",
)


HELD_OUT = (
    "我要举报，{road}{door}那家晚上聚赌，牵头的是{name}，他车子{plate}，天天停门口。别泄露我{phone}",
    "那天值班的{title}态度很好，{name}同志还给我倒了水，特此表扬",
    "孙女{name}今年上初一，被隔壁班{name2}推下楼梯，有事打我儿媳{phone}",
    "房东{short}不退押金两千，合同上写的是{name}，他给的卡是{card}",
    "寻物：银色手机一部，失主{name}，拾到请联系{phone}，必有重谢",
    "今早七点，{plate}和{plate}在{road}路口擦碰，第二辆司机{name}受轻伤",
    "补办证件，本人{name}，原证号{identity}，周四能来取吗？回我QQ{account}也行",
    "听{short}讲，{name}已经搬到{road}{door}去了",
    "转账记录：收款人{name}，账号{card}，时间11月3日9:12，备注货款",
    "各位邻居，我是{door}的{name}，车位被{plate}占了，谁认识车主让他打{phone}",
    "调解那天{title}、{name}、{name2}都在场，签了字的",
    "请问{name}这个人是不是你们所的？他说他警号001234，让我加微信{account}",
    "{name}你好，你反映的事我们{title}会跟你联系，留的{phone}对吧",
    "我是独居老人{name}的女儿，人在外地，麻烦去{road}{door}看看，她电话{phone}没人接",
    "12月1日起由{name2}接替{name}负责{road}网格，有事找他：{phone}",
    "材料发到{email}，{identity}是我爸的，他叫{name}",
    "欠条：今借到{name}人民币叁万元整，借款人{name2}，{identity}",
    "你们{title}说三天给答复，{short}又说要一周，到底听谁的",
)
HELD_OUT_NOBODY = (
    "10月30日至11月15日每晚22:00–次日6:00在学府路铺沥青，绕行里程约3.5公里。",
    "合同编号HT20261103000127，金额368000元，工期90天。",
    "水表读数001234567，上月用水15吨，欠费86.5元。",
    "文号：汀公办〔2026〕第138号，共计13页，附件2份，传阅范围2345。",
    "老人们说小时候马路没这么宽，方便面才五毛，小车更是没有。",
    "本小区1栋到18栋都没有路灯，涉及住户1650户，希望今年解决。",
)


@dataclass(frozen=True, slots=True)
class Planted:
    """What was put into a text, where, and what of it must not stay."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sample:
    text: str
    planted: tuple[Planted, ...]


class Maker:
    """Makes people and what belongs to them, by lot."""

    def __init__(self, seed: int, *, hurried: bool = False) -> None:
        self.rng = np.random.default_rng(seed)
        self.hurried = hurried

    def pick(self, of: str | list[str] | tuple[str, ...]) -> str:
        return of[int(self.rng.integers(len(of)))]

    def digits(self, n: int) -> str:
        return "".join(str(d) for d in self.rng.integers(0, 10, n))

    def surname(self) -> str:
        lot = self.rng.random()
        if lot < 0.08:
            return self.pick(COMPOUND)
        return self.pick(RARE if lot < 0.12 else SURNAMES)

    def name(self) -> str:
        n = 1 + int(self.rng.random() < 0.75)
        return self.surname() + "".join(self.pick(GIVEN) for _ in range(n))

    def title(self) -> tuple[str, str]:
        surname = self.surname()
        if self.rng.random() < 0.3 and len(surname) == 1:
            surname = self.pick("王李张刘陈杨赵吴周徐孙朱郭罗郑")
            return surname, surname + self.pick(KIN)
        return surname, surname + self.pick(TITLES)

    def short(self) -> tuple[str, str]:
        surname = self.pick("王李张刘陈杨赵吴周徐孙朱胡郭罗郑梁谢宋唐许邓冯韩曹")
        return self.pick(
            [
                f"{surname}|老{surname}",
                f"{surname}|小{surname}",
                f"{surname}某|{surname}某",
                f"{surname}某某|{surname}某某",
            ]
        ).split("|")  # type: ignore[return-value]

    def phone(self) -> str:
        if self.rng.random() < 0.1:
            whole = f"0{self.pick(['851', '28', '23', '755'])}-{self.pick('2345678')}"
            return whole + self.digits(
                7 if len(whole) < 6 else 6 + int(whole[1] == "7")
            )
        d = "1" + self.pick("3456789") + self.digits(9)
        return self.written(d, (3, 7))

    def written(self, d: str, cuts: tuple[int, int]) -> str:
        a, b, c = d[: cuts[0]], d[cuts[0] : cuts[1]], d[cuts[1] :]
        forms = [d, d, d, f"{a}-{b}-{c}", f"{a} {b} {c}", d.translate(FULL)]
        if self.hurried:
            forms += [
                d.translate(CHINESE),
                f"{a}，{b}，{c}",
                f"+86 {d}",
                f"{a}.{b}.{c}",
                f"{a}{b} {c}",
                f"{a}后面是{b}{c}",
            ]
        return self.pick(forms)

    def identity(self) -> str:
        region = self.pick(["520103", "522121", "110105", "440305", "530102", "320582"])
        d = (
            region
            + (
                f"{self.rng.integers(1940, 2018)}{self.rng.integers(1, 13):02d}"
                f"{self.rng.integers(1, 29):02d}"
            )
            + self.digits(3)
        )
        total = sum(int(a) * w for a, w in zip(d, WEIGHTS, strict=True))
        d += "10X98765432"[total % 11]
        forms = [d, d, d.lower(), f"{d[:6]} {d[6:14]} {d[14:]}"]
        if self.hurried:
            forms += [
                d.translate(FULL),
                f"{d[:6]}-{d[6:14]}-{d[14:]}",
                f"{d[:10]} {d[10:]}",
            ]
        return self.pick(forms)

    def card(self) -> str:
        d = "62" + self.digits(16)
        odd = sum(sum(divmod(int(c) * 2, 10)) for c in d[::-1][::2])
        d += str(-(odd + sum(int(c) for c in d[::-1][1::2])) % 10)
        forms = [d, d, f"{d[:4]} {d[4:8]} {d[8:12]} {d[12:16]} {d[16:]}"]
        return self.pick(forms + ([d.translate(FULL)] if self.hurried else []))

    def plate(self) -> str:
        head = self.pick(PROVINCES) + self.pick("ABCDEF")
        d = (
            "".join(self.pick(LETTERS + "0123456789" * 2) for _ in range(4))
            + self.digits(1)
            if self.rng.random() < 0.6
            else "D" + self.digits(5)
        )
        forms = [head + d, head + d, f"{head}·{d}"]
        if self.hurried:
            forms += [(head + d).lower(), f"{head} {d}", (head + d).translate(FULL)]
        return self.pick(forms)

    def account(self) -> str:
        return "".join(
            self.pick("abcdefghkmnpqrstuvwxyz") for _ in range(4)
        ) + self.digits(4)

    def email(self) -> str:
        return f"{self.account()}@{self.pick(['example.com', 'mail.example.cn'])}"

    def door(self) -> str:
        n = self.rng.integers(1, 30, 3)
        return self.pick(
            [
                f"{n[0]}栋{1 + n[1] % 4}单元{n[2]}0{1 + n[1] % 4}室",
                f"{n[0]}号",
                f"{n[0]}号楼{n[2]}02",
                f"{n[0]}幢{n[2]}03室",
                f"{n[0]}-{1 + n[1] % 4}-{n[2]}01",
            ]
        )

    def sample(self, template: str) -> Sample:
        text = ""
        planted = []
        for part in re.split(r"(\{\w+\})", template):
            if not part.startswith("{"):
                text += part
                continue
            field = part[1:-1]
            if field in {"title", "short"}:
                hidden, shown = self.title() if field == "title" else self.short()
                at = len(text) + shown.index(hidden)
                planted.append(Planted("name", at, at + len(hidden)))
                text += shown
                continue
            if field == "road":
                text += self.pick(ROADS)
                continue
            make = {
                "name2": self.name,
                "name": self.name,
                "phone": self.phone,
                "identity": self.identity,
                "card": self.card,
                "plate": self.plate,
                "account": self.account,
                "email": self.email,
                "door": self.door,
            }[field]
            value = make()
            planted.append(
                Planted(field.removesuffix("2"), len(text), len(text) + len(value))
            )
            text += value
        if self.hurried and self.rng.random() < 0.1:
            converted = cast("str", TO_TRADITIONAL(text))
            if len(converted) == len(text):
                text = converted
        return Sample(text, tuple(planted))


TO_TRADITIONAL = opencc.OpenCC("s2t").convert
FULL = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")


def plain_samples(n: int, *, seed: int) -> list[Sample]:
    """Return texts in the style the rules were developed with."""
    maker = Maker(seed)
    return _samples(maker, n, PLAIN, NOBODY)


def chat_samples(n: int, *, seed: int) -> list[Sample]:
    """Return texts in a second style, which the rules were mended for."""
    return _samples(Maker(seed, hurried=True), n, CHAT, CHAT_NOBODY)


def held_out_samples(n: int, *, seed: int) -> list[Sample]:
    """Return texts in the style the rules have not seen."""
    return _samples(Maker(seed, hurried=True), n, HELD_OUT, HELD_OUT_NOBODY)


def _samples(
    maker: Maker, n: int, people: tuple[str, ...], nobody: tuple[str, ...]
) -> list[Sample]:
    return [
        maker.sample(maker.pick(nobody if maker.rng.random() < 0.15 else people))
        for _ in range(n)
    ]
