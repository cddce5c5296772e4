"""Pages carry no script and no style of their own, and nothing comes from elsewhere."""

import re
from html.parser import HTMLParser

import pytest

from tests.house.sources import PACKAGE, PROJECT, files

TEMPLATES = list(files(PACKAGE, ".html"))
# Not addresses to fetch: the names of XML dialects.
NAMESPACES = re.compile(r"https?://www\.w3\.org/\S*")


class Finder(HTMLParser):
    """Collects what the content security policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"inline <{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{name} on <{tag}>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"script address on <{tag}>")


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=[path.relative_to(PACKAGE).as_posix() for path in TEMPLATES]
)
def test_template_has_nothing_inline(path):
    finder = Finder()

    # Template tags inside an element would hide the attributes after them.
    finder.feed(re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", path.read_text("utf-8")))

    assert finder.found == []


def test_finder_sees_what_it_looks_for():
    finder = Finder()

    finder.feed(
        '<p style="color: red" onclick="x()">a</p><script>1</script><style></style>'
        '<a href=" javascript:x()">b</a><script src="/x.js"></script>'
    )

    assert finder.found == [
        "style on <p>",
        "onclick on <p>",
        "inline <script>",
        "inline <style>",
        "script address on <a>",
    ]


def test_nothing_of_ours_names_another_host():
    naming = [
        path.relative_to(PROJECT).as_posix()
        for path in files(PACKAGE, ".html", ".js", ".css", ".svg")
        if re.search(r"(https?:)?//\w+\.\w+", NAMESPACES.sub("", uncommented(path)))
    ]

    assert naming == []


def uncommented(path) -> str:
    """Return the text without comments, where addresses of sources may stand."""
    text = path.read_text(encoding="utf-8")
    return re.sub(
        r"/\*.*?\*/|{#.*?#}|^\s*//.*?$", "", text, flags=re.DOTALL | re.MULTILINE
    )
