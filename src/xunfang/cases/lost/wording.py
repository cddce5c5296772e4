"""Words for why two things may be the same."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xunfang.core.casework.belongings import Reason

REASONS: Mapping[Reason, Promise] = {
    Reason.NUMBER: pgettext_lazy("same thing", "same last four signs"),
    Reason.NAME: pgettext_lazy("same thing", "same first character"),
    Reason.PLACE: pgettext_lazy("same thing", "same place"),
    Reason.DESCRIPTION: pgettext_lazy("same thing", "described alike"),
    Reason.DAYS: pgettext_lazy("same thing", "within three days"),
}
