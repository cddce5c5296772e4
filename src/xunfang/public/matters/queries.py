"""What the public may see. Every page, file and feed begins here.

A case is shown when a person has let it be (`public_since`), it is not sealed, and
somebody has said what it is about and that is not sensitive. Of its words those are
shown that a person has looked at last; one that is hidden by law leaves a stub.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from xunfang.cases.models import Case, PublicText, Topic, WordLink
from xunfang.cases.queries import OPEN_STATES, with_words
from xunfang.feedback.models import Word
from xunfang.places import queries as places
from xunfang.places.addresses.queries import PublicPoints
from xunfang.public.matters import alike, map_points
from xunfang.units.models import Station


def public_cases() -> QuerySet[Case]:
    """Return the cases that everybody may see, the latest first."""
    return (
        with_words(
            Case.objects.filter(
                public_since__isnull=False,
                is_sealed=False,
                topic__isnull=False,
                topic__is_sensitive=False,
            ).exclude(second_topic__is_sensitive=True)
        )
        .select_related("topic__parent", "station")
        .order_by("-opened_at", "-pk")
    )


def words_to_show() -> QuerySet[Word]:
    """Leave out words that are also in a case which is sealed or sensitive."""
    kept_back = WordLink.objects.filter(word=OuterRef("pk"), ended_at=None).filter(
        Q(case__is_sealed=True)
        | Q(case__topic__is_sensitive=True)
        | Q(case__second_topic__is_sensitive=True)
    )
    return Word.objects.filter(~Exists(kept_back))


def public_texts(words: Iterable[Word]) -> Mapping[int, str]:
    """Return, by word, what everybody may read of it; others are left out. One query."""
    rows = PublicText.objects.filter(word__in=list(words)).order_by("at", "pk")
    return {row.word_id: row.text for row in rows}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of the public matters."""

    words: str = ""
    station: str = ""
    """Its code."""
    topic: str = ""
    """A leaf's code, or a branch's."""
    cell: str = ""
    """Of a point of the map: what stands there."""

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.words or self.station or self.topic or self.cell)


def search(asked: Asked, *, day: date) -> QuerySet[Case]:
    """Return the public cases that somebody asks for, the latest first.

    Points of the map are those of a day: areas may be redrawn.
    """
    found = public_cases()
    if asked.station:
        found = found.filter(station__code=asked.station)
    if asked.topic:
        found = found.filter(
            Q(topic__code=asked.topic) | Q(topic__parent__code=asked.topic)
        )
    if asked.words:
        with_them = words_to_show().filter(
            Q(pk__in=alike.having(asked.words)) | Q(number__iexact=asked.words)
        )
        links = WordLink.objects.filter(ended_at=None, word__in=with_them)
        found = found.filter(
            Q(pk__in=links.values("case"))
            | Q(number__iexact=asked.words)
            | Q(place_name__icontains=asked.words)
        )
    if asked.cell:
        found = map_points.standing_at(found, asked.cell, PublicPoints.on(day))
    return found


def open_ones_like(text: str, *, n_most: int = 3) -> list[tuple[Case, str]]:
    """Return open public cases whose words resemble a text, with those words."""
    near = alike.like(text)
    if not near:
        return []
    shown = words_to_show().filter(pk__in=near)
    links = WordLink.objects.filter(
        ended_at=None,
        word__in=shown,
        case__in=public_cases().filter(state__in=OPEN_STATES),
    ).select_related("case__station", "word")
    nearest = sorted(links, key=lambda link: near.index(link.word_id))
    texts = public_texts(link.word for link in nearest)
    found = {link.case: texts[link.word_id] for link in reversed(nearest)}
    return list(reversed(found.items()))[:n_most]


def stations() -> Sequence[Station]:
    """Return the stations by which matters can be asked for."""
    return list(Station.objects.order_by("code"))


def topics() -> Sequence[Topic]:
    """Return branches and leaves in the order of their codes, without what is sensitive."""
    return list(
        Topic.objects.filter(is_sensitive=False)
        .exclude(parent__is_sensitive=True)
        .select_related("parent")
        .order_by("code")
    )


def map_of_the_city() -> dict[str, str]:
    """Return where the street map is, its bounds and its credit; nothing without one."""
    network = places.find_current_network()
    if network is None:
        return {}
    first = reverse("public:tile", args=[network.code, 0, 0, 0])
    return {
        "tiles_url": first.removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt",
        "bounds": f"{network.west},{network.south},{network.east},{network.north}",
        "attribution": network.attribution,
    }
