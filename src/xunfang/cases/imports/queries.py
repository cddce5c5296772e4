"""Questions about lists that were brought in."""

from base64 import b64decode
from datetime import datetime

from django.db.models import QuerySet

from xunfang.accounts.models import User
from xunfang.cases.imports.reading import Line, read_lines
from xunfang.cases.imports.table import COLUMNS, OURS
from xunfang.cases.models import WordImport
from xunfang.feedback.models import Channel
from xunfang.feedback.sealing import unseal
from xunfang.web.tables import read_table


def imports_of(user: User) -> QuerySet[WordImport]:
    """Return the lists that somebody brought; nobody sees another's."""
    return WordImport.objects.filter(brought_by=user).select_related("brought_by")


def lines_of(word_import: WordImport, *, at: datetime) -> list[Line]:
    """Return the lines of a list as they stand now; none where its file is erased."""
    if word_import.sealed is None:
        return []
    content = b64decode(
        unseal(bytes(word_import.sealed), of=f"import/{word_import.key}").encode()
    )
    return read_lines(
        read_table(content, (*COLUMNS, *OURS)).rows,
        list_name=word_import.list_name,
        channel=Channel(word_import.channel),
        at=at,
    )
