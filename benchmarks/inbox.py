"""The list of cases with fifty thousand matters: a page, a search, a case.

    .venv/bin/python benchmarks/inbox.py [--cases 50000]

Fills a database of its own in a temporary folder (or the one XUNFANG_DATABASE_URL names,
which must be empty) and asks the pages through Django's test client: the middle and the
slowest of nine, in CPU time and on the clock. Goals: a page 300 ms, a search 500 ms. Who
is shown which words is noted once a day: the first line measures a page of which every
row has to be noted, the others pages that were opened before.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta

TEXTS = (
    "东街{n}号楼下路灯坏了三天没人修,晚上很黑",
    "楼上夜里吵闹,物业不管,已经{n}次了",
    "剛接到電話說要轉帳{n}元到安全帳戶,是不是騙子",
    "建议在{n}中学门口加装护栏,放学时车很多",
    "菜市场门口停车占道,{n}路公交过不去",
    "只会做样子!第{n}次反映",
    "能不能晚上多派几个人到河边巡逻,{n}组没看到人",
    "谢谢{n}号民警帮我找到走失的老人",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XUNFANG_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xunfang.config.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        settings.ALLOWED_HOSTS = ["testserver"]
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        client, number = fill(arguments.cases)
        print(f"{arguments.cases} cases, {connection.vendor}")
        print(f"{'':34}{'CPU ms':>9}{'clock ms':>10}{'slowest':>9}")
        from xunfang.feedback.models import Showing

        report(
            "first page, its words unseen",
            lambda: client.get("/cases/"),
            before=lambda: Showing.objects.all().delete(),
        )
        for name, url in (
            ("first page", "/cases/"),
            ("page 500", "/cases/?page=500"),
            ("all, newest first", "/cases/?shown=all"),
            ("overdue", "/cases/?shown=overdue"),
            ("search 路灯", "/cases/?q=路灯"),
            ("search 轉帳 安全 (Traditional)", "/cases/?q=轉帳 安全"),
            ("search, one hit", "/cases/?q=第4999次"),
            ("search, no hit", "/cases/?q=没有这句话"),
            ("to sort", "/cases/sort/"),
            ("a case", f"/cases/{number}/"),
        ):
            report(name, lambda url=url: client.get(url))


def fill(n_cases: int) -> tuple[object, str]:
    """Write the rows straight away: the door for words would take half an hour."""
    from django.test import Client
    from django.utils import timezone

    from xunfang.accounts.models import User
    from xunfang.cases.models import Case, Topic, WordLink
    from xunfang.cases.topics.services import ensure_topics
    from xunfang.core.language.scripts import search_form
    from xunfang.feedback.models import Said, Word
    from xunfang.units.models import Station

    now = timezone.now()
    ensure_topics(at=now)
    stations = [
        Station.objects.create(code=f"S{n:02}", name=f"第{n}派出所", lon=0, lat=0)
        for n in range(1, 9)
    ]
    topics = list(Topic.objects.exclude(parent=None))
    words = [
        Word(
            number=f"W260101-{n:05}",
            code_digest=f"{n:064}",
            channel="web",
            received_at=now - timedelta(minutes=7 * n),
            ledger_index=n,
        )
        for n in range(n_cases)
    ]
    Word.objects.bulk_create(words, batch_size=2000)
    texts = [TEXTS[n % len(TEXTS)].format(n=n // len(TEXTS)) for n in range(n_cases)]
    Said.objects.bulk_create(
        (
            Said(word=word, text=text, search_form=search_form(text), salt=b"0" * 16)
            for word, text in zip(words, texts, strict=True)
        ),
        batch_size=2000,
    )
    cases = [
        Case(
            number=f"C260101-{n:05}",
            topic=None if n % 5 == 0 else topics[n % len(topics)],
            suggested=[[topics[n % len(topics)].code, 0.8], [topics[0].code, 0.1]],
            urgency=2 + n % 3,
            station=stations[n % 8],
            # Most are open: that is the worst there is.
            state="new" if n % 5 == 0 else ("closed" if n % 7 == 0 else "sorted"),
            opened_at=word.received_at,
            reply_by=word.received_at + timedelta(days=1),
            settle_by=word.received_at + timedelta(days=5 + n % 10),
        )
        for n, word in enumerate(words)
    ]
    Case.objects.bulk_create(cases, batch_size=2000)
    WordLink.objects.bulk_create(
        (
            WordLink(case=case, word=word, at=case.opened_at)
            for case, word in zip(cases, words, strict=True)
        ),
        batch_size=2000,
    )
    user = User.objects.create(
        username="desk",
        display_name="值班",
        role="duty_officer",
        standing="sworn",
        password="!",  # noqa: S106 -- nobody signs in with it
    )
    client = Client()
    client.force_login(user)
    return client, cases[1].number


def report(
    name: str, ask: Callable[[], object], before: Callable[[], object] = lambda: None
) -> None:
    ask()
    cpu, clock = [], []
    for _ in range(9):
        before()
        cpu_s, clock_s = time.process_time(), time.perf_counter()
        answer = ask()
        cpu.append(1000 * (time.process_time() - cpu_s))
        clock.append(1000 * (time.perf_counter() - clock_s))
        assert answer.status_code == 200, (name, answer.status_code)
    print(
        f"{name:34}{statistics.median(cpu):9.0f}{statistics.median(clock):10.0f}"
        f"{max(clock):9.0f}"
    )


if __name__ == "__main__":
    main()
