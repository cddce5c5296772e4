"""Ask pages as a browser does, and count what it costs."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def n_queries(client, url) -> int:
    """How many statements a page costs."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def typed_in(form) -> dict[str, object]:
    """What a browser would send of a form that nobody has changed."""
    return {
        name: form[name].value()
        for name in form.fields
        if form[name].value() not in (None, "", False) or form[name].value() == 0
    }
