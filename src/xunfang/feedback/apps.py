from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "xunfang.feedback"

    def ready(self) -> None:
        """Tell the log what its leaves about words are made of."""
        from xunfang.audit.ledger import sources  # noqa: PLC0415 -- tables exist only now
        from xunfang.feedback.commitments import LEDGER_KIND  # noqa: PLC0415 -- as above
        from xunfang.feedback.queries import commitments_now  # noqa: PLC0415 -- as above

        sources.register(LEDGER_KIND, commitments_now)
