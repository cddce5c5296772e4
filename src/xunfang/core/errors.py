"""The one base class of every refusal the domain can make."""


class DomainError(Exception):
    """A rule of the house was broken by the caller; nothing was changed.

    ``code`` is stable and documented in ``docs/reference/errors.md``. Screens
    translate the code, never the message; the message is for logs, the command line
    and developers.
    """

    code: str = "domain.error"
