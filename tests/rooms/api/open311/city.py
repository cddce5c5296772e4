"""A city with matters of every kind, and a client that knows nothing but HTTP."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element, fromstring

from django.utils import timezone

from tests.factories.words import say
from xunfang.accounts.models import User
from xunfang.api.senders.services import add_sender
from xunfang.cases import services as cases
from xunfang.cases.models import Case, PublicText, Topic
from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Asks, Channel
from xunfang.units.models import Station

KEY, OTHER_KEY = "key-of-the-city-app", "key-of-another-app"
GATEWAY, SHARED = "gateway", "of-the-gateway"
ANSWER = "您反映的三里巷夜间照明问题,今晚起增加巡逻,路灯已报修,周五前修好。"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def xml(self) -> Element:
        """The body, read as XML."""
        return fromstring(self.body)  # noqa: S314 -- from our own server

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of an XML list: texts by the names of their elements."""
        return [{each.tag: each.text or "" for each in row} for row in self.xml]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Codes and descriptions, once the shape of the errors is right."""
        root = self.xml
        assert root.tag == "errors"
        assert self.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert all(
            [part.tag for part in error] == ["code", "description"] for error in root
        )
        assert {error.tag for error in root} == {"error"}
        return [(error[0].text or "", error[1].text or "") for error in root]


class Client:
    """Asks a server over HTTP, as somebody else's program does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._host = urlsplit(url).netloc

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request."""
        connection = HTTPConnection(self._host, timeout=20)
        try:
            connection.request(method, path, body or None, headers or {})
            got = connection.getresponse()
            return Answer(got.status, got.headers, got.read())
        finally:
            connection.close()

    def get(self, path: str, **query: str) -> Answer:
        """Ask for something below the production endpoint."""
        return self.ask(f"/open311/v2/{path}?{urlencode(query)}")

    def post(self, path: str = "requests.xml", **fields: Any) -> Answer:
        """Post a form; a list is sent as a field for each of its values."""
        return self.post_raw(path, urlencode(fields, doseq=True).encode(), "v2")

    def post_raw(
        self,
        path: str,
        body: bytes,
        at: str = "v2",
        media_type: str = "application/x-www-form-urlencoded",
    ) -> Answer:
        """Post a body as it is."""
        return self.ask(
            f"/open311/{at}/{path}",
            method="POST",
            body=body,
            headers={"Content-Type": media_type},
        )


def build() -> SimpleNamespace:
    """Fill the database; return the numbers of what was said."""
    now = timezone.now()
    ensure_topics(at=now)
    station = Station.objects.create(
        code="S03", name="河湾派出所", name_en="Hewan station", lon=112, lat=27
    )
    people = {
        role: User.objects.create(
            username=role, display_name=f"姓名{role}", role=role, password="!"
        )
        for role in ("administrator", "leader", "supervisor")
    }
    for name, key in (("city-app", KEY), ("other-app", OTHER_KEY)):
        add_sender(
            name=name,
            kind="open311",
            office="政务服务中心",
            secret=key,
            by=people["administrator"],
            at=now,
        )
    add_sender(
        name=GATEWAY,
        kind="webhook",
        office="短信平台",
        secret=SHARED,
        by=people["administrator"],
        at=now,
    )
    topics = {topic.code: topic for topic in Topic.objects.all()}

    def say_it(text: str, code: str, days_ago: float = 1.0, **values: Any) -> Any:
        return say(
            text,
            at=now - timedelta(days=days_ago),
            topic=topics[code],
            station=station,
            lonlat=(112.0134, 26.9912),
            contact="13800001111",
            **values,
        )

    def publish(taken: Any, text: str) -> str:
        case = Case.objects.get(pk=taken.case.pk)
        PublicText.objects.create(
            word=taken.word, text=text, at=now, by=people["supervisor"]
        )
        Case.objects.filter(pk=case.pk).update(public_since=now, place_name="三里巷")
        return taken.word.number

    def settle(taken: Any, at: datetime) -> None:
        case = Case.objects.get(pk=taken.case.pk)
        by = people["leader"]
        case = cases.take(case=case, owner=by, by=by, at=at - timedelta(minutes=1))
        cases.answer(
            case=case,
            text=ANSWER,
            by=by,
            at=at,
            revision=case.revision,
            is_confirmed=True,
        )

    lamp = say_it("三里巷十二号王某某家门口路灯坏了 13912345678", "0702", 2)
    settle(lamp, now - timedelta(hours=3))
    parking = say_it("违停 <b>&#x41;</b> \x0b{{7*7}} 堵住了盲道", "0401", 1)
    old = say_it("去年的停车问题", "0401", 120)
    hidden = say_it("李某是个骗子", "1001", 3)
    sealed = say_it("窗口民警吼我爸", "1003", 1, asks=Asks.COMPLAINT)
    family = say_it("夫妻吵架", "0602", 1)
    unseen = say_it("还没有人看过的留言", "0401", 1)
    ours = say_it(
        "接口报来的停车问题",
        "0401",
        1,
        channel=Channel.OPEN311,
        source="city-app",
        external_id="before",
    )
    numbers = SimpleNamespace(
        lamp=publish(lamp, "三里巷某号门口路灯坏了"),
        parking=publish(parking, "违停 <b>&#x41;</b> \x0b{{7*7}} 堵住了盲道"),
        old=publish(old, "去年的停车问题"),
        hidden=publish(hidden, "李某是个骗子"),
        family=publish(family, "夫妻吵架"),
        sealed=sealed.word.number,
        unseen=unseen.word.number,
        ours=ours.word.number,
        now=now,
    )
    feedback.hide(
        word=hidden.word,
        reason="insult",
        law="民法典第1024条",
        by=people["supervisor"],
        at=now,
    )
    return numbers
