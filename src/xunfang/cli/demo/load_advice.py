"""Questions asked before paying, some weeks ago: answered soon, one of them late."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from xunfang.accounts.models import Role, User
from xunfang.cases import services as cases
from xunfang.cases.advice import services as advice
from xunfang.cases.advice.queries import topic_of
from xunfang.cases.answer_texts import services as answer_texts
from xunfang.cases.log import ZONE
from xunfang.cases.models import Topic
from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback.models import Asks, Channel, Word

SOURCE = "demo-ask"

TEMPLATES: Sequence[tuple[str, str]] = (
    (
        "冒充公检法",
        "先别转账，挂断电话。公安、检察院、法院不会在电话里办案，也没有“安全账户”。请您现在拨打 96110 核实，对方再打来不要接。",
    ),
    (
        "刷单、兼职",
        "先别垫钱。先返小利、再让您垫付的刷单都是骗局，垫得越多越拿不回。请退出群聊，保留聊天记录和对方账号，今天就可以到派出所登记。",
    ),
    (
        "验证码、屏幕共享",
        "不要报验证码，不要共享屏幕。客服退款不需要这两样。已经开了共享的，现在关掉手机网络，再打银行客服电话挂失，然后拨 96110。",
    ),
    (
        "可疑短信、链接",
        "这条短信的链接不要点，卡号和密码不要填。真要办，打官方电话或到柜台问。已经填了的，现在打银行电话挂失，再拨 96110。",
    ),
)
"""Name and text; all of them of the branch of scams."""


class _Asked(NamedTuple):
    days_ago: int
    at: time
    minutes: float
    """Until the answer."""
    text: str
    answer: str
    yuan: int | None = None
    """What the resident stated afterwards."""


def _asked(
    days_ago: int,
    hour: int,
    minute: int,
    minutes: float,
    text: str,
    answer: str,
    yuan: int | None = None,
) -> _Asked:
    return _Asked(days_ago, time(hour, minute), minutes, text, answer, yuan)


_LINK, _JOB, _CODE, _POLICE = (TEMPLATES[n][1] for n in (3, 1, 2, 0))
QUESTIONS: Sequence[_Asked] = (
    _asked(29, 9, 12, 4, "短信说社保卡停用，让点链接填卡号，是真的吗", _LINK),
    _asked(28, 10, 40, 6, "兼职群里让我先垫 2000 元刷单，说十分钟返，能垫吗", _JOB, 2000),
    _asked(28, 19, 5, 3, "有个电话说我涉嫌洗钱，要把存款转到安全账户核查", _POLICE, 86_000),
    _asked(27, 8, 30, 9, "自称客服要退款，让我开屏幕共享，还要验证码", _CODE),
    _asked(27, 15, 22, 5, "老人家听了养生讲座，要交 5800 买床垫，说能治病，该不该买", "先别交钱。床垫不能治病，讲座上当场交钱的多是骗局。请把讲座地址和收款人告诉我们，明天上午社区民警上门看合同。", 5800),
    _asked(26, 11, 3, 7, "网上认识的人带我投资，平台说提现要先交保证金", "先别交保证金。提现要先交钱的投资平台都是骗局，交了也提不出。请保留转账记录，今天到派出所或拨 96110 登记平台网址。", 12_000),
    _asked(26, 20, 48, 8, "收到一条 ETC 失效的短信，有个链接", _LINK),
    _asked(25, 13, 15, 2, "孩子玩游戏，对方说要扫码解除防沉迷，要家长付款验证", "先别付款。解除防沉迷不用付钱，也不用家长扫码。请关掉付款页面，给孩子的手机支付设密码，今天拨 96110 登记对方账号。"),
    _asked(25, 16, 33, 14, "对方说我快递丢了双倍赔，要我下载软件、共享屏幕", _CODE),
    _asked(24, 9, 50, 6, "贷款软件说卡号填错要交解冻费，不交就算违约", "先别交。放款前要交解冻费、保证金的贷款软件都是骗局，也不会有违约。请卸载软件，今天拨 96110 登记，再打银行电话改密码。"),
    _asked(23, 22, 40, 566, "领导加我微信，让我先替他转一笔账，还没转", "先别转账。请打领导原来的电话当面核实。加微信后要您代转一笔的，是冒充熟人的骗局。今天把对方微信号发给 96110。", 30_000),
    _asked(21, 14, 27, 5, "刷单群说再做一单三千就能提现", _JOB),
)  # fmt: skip
"""In the order of time. The one at 22:40 was answered at 08:06, six minutes of the desk."""


def load_advice(*, at: datetime) -> int:
    """Have the questions asked and answered, and amounts stated by those who asked; once."""
    ensure_topics(at=at)
    if Word.objects.filter(source=SOURCE).exists():
        return 0
    officer = User.objects.filter(role=Role.DUTY_OFFICER).earliest("pk")
    supervisor = User.objects.filter(role=Role.SUPERVISOR).earliest("pk")
    began = at - timedelta(days=30)
    approved = {}
    for name, text in TEMPLATES:
        template = answer_texts.add_template(
            name=name,
            text=text,
            topic=Topic.objects.get(code="03"),
            by=officer,
            at=began,
        )
        approved[text] = answer_texts.approve_template(
            template=template, revision=0, by=supervisor, at=began
        )
    today = at.astimezone(ZONE).date()
    for n, question in enumerate(QUESTIONS):
        day = today - timedelta(days=question.days_ago)
        asked_at = datetime.combine(day, question.at, ZONE)
        taken = cases.take_in(
            channel=Channel.WEB,
            text=question.text,
            asks=Asks.QUESTION,
            topic=topic_of(question.text),
            source=SOURCE,
            external_id=str(n),
            at=asked_at,
        )
        cases.answer(
            case=taken.case,
            text=question.answer,
            template=approved.get(question.answer),
            revision=taken.case.revision,
            by=officer,
            at=asked_at + timedelta(minutes=question.minutes),
        )
        if question.yuan is not None:
            advice.state_saving(
                word=taken.word,
                amount_yuan=question.yuan,
                at=asked_at + timedelta(days=1),
            )
    return len(QUESTIONS)
