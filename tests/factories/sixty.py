"""The sixty messages of the demo as they come in: unsorted, by the channel they came by."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from xunfang.accounts.models import User
from xunfang.cases import queries, services
from xunfang.cases.models import Case, Topic
from xunfang.cases.publishing.services import proposed_text
from xunfang.cases.referrals import services as referrals
from xunfang.cases.services import TakenIn
from xunfang.cases.topics.services import ensure_topics
from xunfang.cli.demo import load_words
from xunfang.feedback.models import Word  # noqa: TC001 -- beside other rows
from xunfang.public.matters.queries import public_cases
from xunfang.units.models import Station

CONTACT = "120 0000 0004"


class Came:
    """One message, what became of it, and what people may do with it."""

    def __init__(self, message: Mapping[str, Any], taken: TakenIn) -> None:
        self.message, self.taken = message, taken
        self.word: Word = taken.word
        self.text: str = message["text"]
        self.at = taken.word.received_at
        self.soon = self.at + timedelta(minutes=5)

    @property
    def case(self) -> Case:
        """The case as it stands now."""
        return Case.objects.select_related("topic", "second_topic", "station").get(
            pk=self.taken.case.pk
        )

    @property
    def suggested(self) -> list[str]:
        return [code for code, _ in self.case.suggested]

    @property
    def is_on_the_desk(self) -> bool:
        return queries.urgent(since=self.at).filter(pk=self.taken.case.pk).exists()

    @cached_property
    def proposed(self) -> str:
        """What a person is shown before anything is published."""
        return proposed_text(self.text)

    @property
    def officer(self) -> User:
        """The duty officer of the station whose ground it is."""
        return account("duty_officer", self.message["station"])

    def sort(self, topic: str = "", second: str = "", **values: Any) -> Case:
        """Have the officer on duty say what it is, as a person would."""
        leaf = Topic.objects.get(code=topic or self.message["category"])
        case = self.case
        return services.sort(
            **{
                "case": case,
                "topic": leaf,
                "second_topic": Topic.objects.filter(code=second).first(),
                "urgency": int(self.message["urgency"][1]),
                "station": case.station,
                "by": self.officer,
                "at": self.soon,
                "revision": case.revision,
                **values,
            }
        )

    def refer(self, office: str) -> Any:
        """Pass it on, as the page of the case would have it."""
        return referrals.refer(
            case=self.case,
            office=office,
            matter=self.proposed,
            topic=Topic.objects.get(code=self.message["category"]),
            by=self.officer,
            at=self.soon,
        )

    @property
    def is_public(self) -> bool:
        return public_cases().filter(pk=self.taken.case.pk).exists()


class Sixty:
    """All of them, by their number."""

    def __init__(self) -> None:
        messages = load_words.messages()
        in_time = sorted(messages, key=lambda each: str(each["received_at"]))
        ensure_topics(at=datetime.fromisoformat(in_time[0]["received_at"]))
        codes = sorted({each["station"] for each in messages})
        self.stations = {
            code: Station.objects.create(
                code=code, name=f"第{code}派出所", lon=0, lat=0
            )
            for code in codes
        }
        self.came = {each["id"]: self._take_in(each) for each in in_time}

    def _take_in(self, message: Mapping[str, Any]) -> Came:
        taken = services.take_in(
            channel=load_words.CHANNELS[message["channel"]],
            text=message["text"],
            contact="" if message["anonymous"] else CONTACT,
            station=self.stations[message["station"]],
            at=datetime.fromisoformat(message["received_at"]),
        )
        return Came(message, taken)

    def __getitem__(self, number: str) -> Came:
        return self.came[number]


def account(role: str, station_code: str = "") -> User:
    """Return the one account of a role at a station, or of the city."""
    name = f"{role}-{station_code or 'city'}"
    found, _ = User.objects.get_or_create(
        username=name,
        defaults={
            "display_name": name,
            "role": role,
            "standing": "sworn",
            "station_code": station_code,
            "password": "!",
        },
    )
    return found
