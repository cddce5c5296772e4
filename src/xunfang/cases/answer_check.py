"""What the check finds in an answer, read beside the words it answers."""

from collections.abc import Collection

from xunfang.cases.models import Case, ServiceItem, Topic
from xunfang.core.language.replies import Finding, check_reply
from xunfang.feedback.models import Word


def flaws_in(
    text: str, *, case: Case, cites: Collection[ServiceItem]
) -> tuple[Finding, ...]:
    """Return what an answer to a case lacks; about a service, it cites the catalogue."""
    said = (
        Word.objects.filter(links__case=case, links__ended_at=None, said__isnull=False)
        .order_by("received_at")
        .values_list("said__text", flat=True)
    )
    asks_for_item = case.topic is not None and case.topic.code in Topic.ABOUT_SERVICES
    return check_reply(text, "\n".join(said), lacks_item=asks_for_item and not cites)
