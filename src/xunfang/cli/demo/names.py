"""Chinese names of invented streets, villages and estates, with their spelling.

Every word carries its pinyin, because a spelling guessed from characters is wrong
for the characters with two readings (行, 重, 长 ...). None of the words is the name
of a street in the reports this project was written after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Name(NamedTuple):
    """One name in Chinese and in Latin letters."""

    zh: str
    en: str


def read_words(text: str) -> tuple[Name, ...]:
    """Read ``汉字 Pinyin`` pairs, separated by blanks."""
    parts = text.split()
    return tuple(Name(zh, en) for zh, en in zip(parts[::2], parts[1::2], strict=True))


STREET_WORDS = read_words("""
    桂花 Guihua 柳荫 Liuyin 望江 Wangjiang 听雨 Tingyu 青禾 Qinghe 松月 Songyue
    石榴 Shiliu 槐荫 Huaiyin 杏林 Xinglin 梧桐 Wutong 银杏 Yinxing 芦苇 Luwei
    云帆 Yunfan 远帆 Yuanfan 归帆 Guifan 晴川 Qingchuan 晓月 Xiaoyue 霁月 Jiyue
    澄江 Chengjiang 碧波 Bibo 流云 Liuyun 飞霞 Feixia 春晓 Chunxiao 秋实 Qiushi
    夏荷 Xiahe 冬梅 Dongmei 丰年 Fengnian 嘉禾 Jiahe 安澜 Anlan 永济 Yongji
    广济 Guangji 通济 Tongji 惠民 Huimin 崇文 Chongwen 尚学 Shangxue 书院 Shuyuan
    文庙 Wenmiao 鼓楼 Gulou 钟楼 Zhonglou 县仓 Xiancang 粮仓 Liangcang 盐市 Yanshi
    米市 Mishi 布市 Bushi 鱼市 Yushi 茶市 Chashi 油坊 Youfang 染坊 Ranfang
    磨坊 Mofang 铁匠 Tiejiang 竹器 Zhuqi 灯笼 Denglong 草鞋 Caoxie 豆腐 Doufu
    双井 Shuangjing 甜井 Tianjing 石鼓 Shigu 石桥 Shiqiao 板桥 Banqiao 渡口 Dukou
    码头 Matou 船坞 Chuanwu 望楼 Wanglou 箭道 Jiandao 校场 Jiaochang 马号 Mahao
    迎春 Yingchun 迎晖 Yinghui 拱辰 Gongchen 阜成 Fucheng 长乐 Changle 永宁 Yongning
    安定 Anding 和顺 Heshun 仁和 Renhe 义和 Yihe 礼和 Lihe 信和 Xinhe
    锦绣 Jinxiu 彩虹 Caihong 玉带 Yudai 金穗 Jinsui 银锄 Yinchu 红枫 Hongfeng
    紫薇 Ziwei 海棠 Haitang 丁香 Dingxiang 月季 Yueji 茉莉 Moli 百合 Baihe
    樱花 Yinghua 木棉 Mumian 香樟 Xiangzhang 翠竹 Cuizhu 寒松 Hansong 苍柏 Cangbai
    鹭岛 Ludao 鸥洲 Ouzhou 雁滩 Yantan 鹤鸣 Heming 鹿鸣 Luming 莺歌 Yingge
    创业 Chuangye 兴业 Xingye 勤业 Qinye 立业 Liye 宏业 Hongye 伟业 Weiye
    科苑 Keyuan 智谷 Zhigu 星河 Xinghe 天枢 Tianshu 摇光 Yaoguang 北斗 Beidou
    朝阳 Chaoyang 夕照 Xizhao 临风 Linfeng 沐风 Mufeng 清风 Qingfeng 和风 Hefeng
    静安 Jingan 颐和 Yihe 怡园 Yiyuan 憩园 Qiyuan 沁园 Qinyuan 曲水 Qushui
    兰亭 Lanting 竹溪 Zhuxi 梅溪 Meixi 桃溪 Taoxi 杏花 Xinghua 梨园 Liyuan
    橘园 Juyuan 柑园 Ganyuan 棉纺 Mianfang 机械 Jixie 电子 Dianzi 化工 Huagong
    云溪 Yunxi 松溪 Songxi 兰溪 Lanxi 柳溪 Liuxi 荷塘 Hetang 菱塘 Lingtang
    云谷 Yungu 松谷 Songgu 桃谷 Taogu 鹤谷 Hegu 月湖 Yuehu 镜湖 Jinghu
    芳洲 Fangzhou 蘅洲 Hengzhou 橘洲 Juzhou 芦洲 Luzhou 沙堤 Shadi 柳堤 Liudi
    长堤 Changdi 白堤 Baidi 竹亭 Zhuting 风亭 Fengting 半亭 Banting 驿亭 Yiting
    古驿 Guyi 古井 Gujing 古槐 Guhuai 古渡 Gudu 大井 Dajing 方井 Fangjing
    石狮 Shishi 石牌 Shipai 石阶 Shijie 瓦市 Washi 柴市 Chaishi 花市 Huashi
    菜市 Caishi 药市 Yaoshi 书市 Shushi 绣坊 Xiufang 纸坊 Zhifang 糖坊 Tangfang
    酱园 Jiangyuan 醋坊 Cufang 银匠 Yinjiang 木匠 Mujiang 篾匠 Miejiang 弓箭 Gongjian
    仓前 Cangqian 站前 Zhanqian 站东 Zhandong 货场 Huochang 铁西 Tiexi 道口 Daokou
""")

PORT_WORDS = read_words("""
    新港一 Xingang-1 新港二 Xingang-2 新港三 Xingang-3 新港四 Xingang-4
    新港五 Xingang-5 新港六 Xingang-6 港前 Gangqian 港池 Gangchi 锚地 Maodi
    集港 Jigang 疏港 Shugang 汇港 Huigang 堆场 Duichang 保税 Baoshui
""")

TOWN_WORDS = read_words("""
    东门 Dongmen 西门 Ximen 南门 Nanmen 北门 Beimen 正兴 Zhengxing 中兴 Zhongxing
    复兴 Fuxing 新兴 Xinxing 振兴 Zhenxing 学堂 Xuetang 粮站 Liangzhan 邮局 Youju
    河沿 Heyan 坎上 Kanshang 坎下 Kanxia 场口 Changkou 牛市 Niushi 木市 Mushi
    供销 Gongxiao 农机 Nongji 卫生 Weisheng 文化 Wenhua 车站 Chezhan 广场 Guangchang
""")

VILLAGE_HEADS = read_words("""
    上湾 Shangwan 下湾 Xiawan 大塘 Datang 小塘 Xiaotang 石板 Shiban 黄泥 Huangni
    白沙 Baisha 红岩 Hongyan 青龙 Qinglong 松林 Songlin 竹林 Zhulin 桐子 Tongzi
    枇杷 Pipa 柿子 Shizi 板栗 Banli 核桃 Hetao 油茶 Youcha 茶园 Chayuan
    水磨 Shuimo 碾子 Nianzi 瓦窑 Wayao 砖窑 Zhuanyao 炭厂 Tanchang 纸坊 Zhifang
    新田 Xintian 老田 Laotian 高田 Gaotian 长田 Changtian 沙田 Shatian 秧田 Yangtian
    鹅颈 Ejing 鸭河 Yahe 鱼泉 Yuquan 龙泉 Longquan 冷水 Lengshui 温水 Wenshui
    双河 Shuanghe 三溪 Sanxi 四合 Sihe 五里 Wuli 七星 Qixing 九井 Jiujing
    望坡 Wangpo 云盘 Yunpan 月亮 Yueliang 太阳 Taiyang 马鞍 Maan 牛角 Niujiao
""")

VILLAGE_TAILS = read_words("村 Cun 湾村 Wan 坪村 Ping 坝村 Ba")
MOUNTAIN_TAILS = read_words("垭村 Ya 沟村 Gou 坡村 Po 坳村 Ao")

PARK_WORDS = read_words("""
    鹭鸣 Luming 听荷 Tinghe 半山 Banshan 云汀 Yunting 儿童 Ertong 植物 Zhiwu
    江心 Jiangxin 劳动 Laodong 青年 Qingnian 北苑 Beiyuan 南塘 Nantang 西岭 Xiling
    东湖 Donghu 沙洲 Shazhou 柳堤 Liudi 荷塘 Hetang 枫香 Fengxiang 梅岭 Meiling
    石矶 Shiji 芳草 Fangcao 晨曦 Chenxi 归园 Guiyuan
""")

SUFFIX_EN = {
    "大道": "Avenue",
    "路": "Road",
    "街": "Street",
    "巷": "Lane",
    "弄": "Alley",
    "公路": "Highway",
}

_DIGITS = "一二三四五六七八九"
# 东 and 西 of one street, 南 and 北 of another, as on a real map.
_SIDES = ((("东", "East"), ("西", "West")), (("南", "South"), ("北", "North")))


class StreetNamer:
    """Hands out names of streets, each once, in an order drawn from the seed."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._taken: set[str] = set()
        self._queues: dict[tuple[str, str], list[Name]] = {}

    def reserve(self, zh: str) -> None:
        """Keep a hand-given name out of the draw."""
        self._taken.add(zh)

    def draw(self, suffix: str, words: tuple[Name, ...] = STREET_WORDS) -> Name:
        """Return an unused name that ends in ``suffix``.

        When a quarter's own words are used up the common ones follow; when those are,
        they return with a side and then with a number: 桂花东巷, 桂花二巷.
        """
        while True:
            key = (suffix, words[0].zh)
            queue = self._queues.get(key)
            if queue is None:
                queue = self._queues[key] = self._refill(suffix, words, first=True)
            if not queue and words is not STREET_WORDS:
                words = STREET_WORDS
                continue
            if not queue:
                queue = self._queues[key] = self._refill(suffix, words, first=False)
            name = queue.pop()
            if name.zh not in self._taken:
                self._taken.add(name.zh)
                return name

    def _refill(
        self, suffix: str, words: tuple[Name, ...], *, first: bool
    ) -> list[Name]:
        order = self._rng.permutation(len(words))
        en = SUFFIX_EN[suffix]
        if first:
            return [Name(words[i].zh + suffix, f"{words[i].en} {en}") for i in order]
        sides = [
            Name(f"{words[i].zh}{zh}{suffix}", f"{words[i].en} {side} {en}")
            for i in order
            for zh, side in _SIDES[i % 2]
        ]
        numbered = [
            Name(f"{words[i].zh}{_DIGITS[n]}{suffix}", f"{words[i].en} {en} {n + 1}")
            for n in range(8, 0, -1)
            for i in order
        ]
        return numbered + sides


def draw_compounds(
    rng: np.random.Generator,
    heads: tuple[Name, ...],
    tails: tuple[Name, ...],
    n: int,
    *,
    joined: bool = False,
) -> list[Name]:
    """Return ``n`` different names head + tail, every head once before any twice."""
    names: list[Name] = []
    n_rounds = -(-n // len(heads))
    first_tail = rng.integers(len(tails), size=len(heads))
    for turn in range(n_rounds):
        for i in rng.permutation(len(heads)):
            head, tail = heads[i], tails[(first_tail[i] + turn) % len(tails)]
            en = head.en + tail.en.lower() if joined else f"{head.en} {tail.en}"
            names.append(Name(head.zh + tail.zh, en.replace("-", " ")))
    return names[:n]
