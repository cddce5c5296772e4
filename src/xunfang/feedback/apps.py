from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "xunfang.feedback"

    def ready(self) -> None:
        """Tell the log what its leaves about words are made of."""
        from xunfang.audit.ledger import sources  # noqa: PLC0415 -- tables exist only now
        from xunfang.feedback import commitments, queries  # noqa: PLC0415 -- as above

        sources.register(commitments.LEDGER_KIND, queries.commitments_now)
        sources.register(commitments.ERASURE_KIND, queries.erasures_now)
