"""What is seen to each minute and each night."""

from datetime import datetime

from xunfang.cases.log import ZONE
from xunfang.cases.watch import late
from xunfang.feedback import services as feedback


def see_to_cases(*, at: datetime) -> None:
    """Note which cases run late; let go of what has served its time.

    Contacts go on the day the table of CL-06 says, with an event that names their words;
    traces against floods within the hour.
    """
    late.warn_of_late_ones(at=at)
    feedback.erase_due_contacts(on=at.astimezone(ZONE).date(), at=at)
    feedback.purge_knocks(at=at)
