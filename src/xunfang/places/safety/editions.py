"""Two people at once: what is saved must have been made from what stands now."""

from xunfang.core.errors import DomainError


class StaleEdition(DomainError):
    """Somebody else has saved since this was opened."""

    code = "places.stale_edition"


def check_edition(*, shown: int, current: int) -> None:
    """Refuse what was made from an edition that is no longer the last.

    Raises
    ------
    StaleEdition
        The page was opened before the edition that stands now was saved.
    """
    if shown != current:
        raise StaleEdition(f"made from edition {shown}, but edition {current} stands")
