"""The catalogue of messages: found, kept, compiled."""

import gettext
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.web import catalogue
from xunfang.web.catalogue import Entry, Message, NotLiteral

TEMPLATE = """
{% load i18n %}
<h1>{% translate "Record" context "page" %}</h1>
{% translate 'It is "quoted"' as said %}
{% blocktranslate trimmed count n=n_rows %}
  {{ n }} row
{% plural %}
  {{ n }} rows
{% endblocktranslate %}
"""

MODULE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
A = _("One "
      "sentence")
B = pgettext_lazy("role", "Leader")
C = ngettext("%(n)d minute", "%(n)d minutes", 3)
"""


@pytest.fixture
def house(tmp_path):
    (tmp_path / "page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "module.py").write_text(MODULE, encoding="utf-8")
    return tmp_path


def test_messages_of_templates_and_modules_are_found(house):
    assert catalogue.collect(house) == {
        Message("Record", context="page"): {"page.html"},
        Message('It is "quoted"'): {"page.html"},
        Message("%(n)s row", plural="%(n)s rows"): {"page.html"},
        Message("One sentence"): {"module.py"},
        Message("Leader", context="role"): {"module.py"},
        Message("%(n)d minute", plural="%(n)d minutes"): {"module.py"},
    }


def test_message_put_together_at_run_time_is_refused(tmp_path):
    (tmp_path / "module.py").write_text("_(name + suffix)", encoding="utf-8")

    with pytest.raises(NotLiteral, match=r"module\.py:1"):
        catalogue.collect(tmp_path)


def test_update_keeps_translations_and_drops_what_is_gone():
    old = {
        Message("stays"): Entry({"a.py"}, "留"),
        Message("goes"): Entry({"a.py"}, "去"),
    }

    new = catalogue.update(old, {Message("stays"): {"b.py"}, Message("new"): {"b.py"}})

    assert new == {
        Message("new"): Entry({"b.py"}, ""),
        Message("stays"): Entry({"b.py"}, "留"),
    }


texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1
)
messages = st.builds(
    Message, texts, context=texts | st.just(""), plural=texts | st.just("")
)
entries = st.builds(Entry, st.just({"a.py"}), texts | st.just(""), st.booleans())
catalogues = st.dictionaries(messages, entries, max_size=5)


@given(catalogues)
def test_written_catalogue_is_read_back_the_same(tmp_path_factory, written):
    path = tmp_path_factory.mktemp("locale") / "django.po"

    catalogue.write_po(written, path)

    assert catalogue.read_po(path) == written


def test_compiled_catalogue_is_read_by_gettext():
    compiled = catalogue.compiled(
        {
            Message("Record", context="page"): Entry(translation="操作记录"),
            Message("%(n)d row", plural="%(n)d rows"): Entry(translation="%(n)d 行"),
            Message("unsure"): Entry(translation="不确定", is_fuzzy=True),
        }
    )

    translations = gettext.GNUTranslations(io.BytesIO(compiled))

    assert translations.pgettext("page", "Record") == "操作记录"
    assert translations.ngettext("%(n)d row", "%(n)d rows", 5) == "%(n)d 行"
    assert translations.gettext("unsure") == "unsure"
