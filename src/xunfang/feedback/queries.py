"""Questions about words. Who may see which follows from the case: ask `cases`."""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import OuterRef, QuerySet, Subquery

from xunfang.feedback.codes import code_digest
from xunfang.feedback.commitments import leaf_of, leaf_of_erasure
from xunfang.feedback.models import Hiding, Showing, TextErasure, Word


def words_with_text() -> QuerySet[Word]:
    """Return words with what was said, and whether each is hidden (``is_hidden``)."""
    last = Hiding.objects.filter(word=OuterRef("pk")).order_by("-at", "-pk")
    return Word.objects.select_related("said").annotate(
        is_hidden=Subquery(last.values("is_hidden")[:1])
    )


def find_by_code(code: str) -> Word | None:
    """Return the word a receipt's code opens."""
    return words_with_text().filter(code_digest=code_digest(code)).first()


def showings_of(word: Word) -> QuerySet[Showing]:
    """Return in which lists a word was shown, the latest day first."""
    return Showing.objects.filter(word=word).order_by("-on", "unit", "role", "pk")


def stubs(words: Iterable[Word]) -> Mapping[int, Hiding]:
    """Return, by word, why it is hidden; words that are shown are left out. One query."""
    newest: dict[int, Hiding] = {}
    for hiding in Hiding.objects.filter(word__in=list(words)).order_by("at", "pk"):
        newest[hiding.word_id] = hiding
    return {word: hiding for word, hiding in newest.items() if hiding.is_hidden}


def commitments_now() -> Iterator[tuple[int, bytes | None]]:
    """Yield, for every word, its place in the log and what it would commit to today.

    None where the text was erased by law, with a certificate: the log still proves when
    it came. A word whose text is gone without one is left out, and so found to be missing.
    """
    certified = {
        number
        for words in TextErasure.objects.order_by("pk").values_list("words", flat=True)
        for number in words
    }
    words = (
        Word.objects.select_related("said").prefetch_related("photos").order_by("pk")
    )
    for word in words.iterator(chunk_size=2000):
        said = getattr(word, "said", None)
        if said is None:
            if word.number in certified:
                yield word.ledger_index, None
        else:
            yield word.ledger_index, leaf_of(word, said, word.photos.all())


def erasures_now() -> Iterator[tuple[int, bytes | None]]:
    """Yield, for every certificate of erasure, its place in the log and its commitment."""
    for erasure in TextErasure.objects.order_by("ledger_index").iterator():
        yield erasure.ledger_index, leaf_of_erasure(erasure)
