"""What is refused by the rules of dispatch."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "dispatching.not_settled": pgettext_lazy(
        "refusal",
        "The workload of these units cannot be computed this way. Try it in the "
        "simulator.",
    ),
    "dispatching.overloaded": pgettext_lazy(
        "refusal",
        "These units could never clear so many calls. Add units, or expect fewer calls.",
    ),
}
