"""How well messages are sorted, compared and redacted, and how fast.

    python benchmarks/triage.py [--data ../shared/data/voice]

Triage: 495 citizen messages of seven classes, ten folds, near-duplicates in one fold, six
ways to fold. Danger: 240 messages whose writer had seen neither rules nor examples, half of
them about danger that goes on, half only sounding like it. Topics: 4,326 titles, held to seven topics that patterns define. Redaction:
1,000 texts made up in a style the rules were not developed with (tests/core/language).
Times are CPU seconds of one core. A goal that is missed ends with "MISSED" and the run
with exit code 1.
"""

import argparse
import csv
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import openpyxl

from tests.core.language.people_texts import Sample, held_out_samples
from xunfang.core.language.danger import sounds_of_danger
from xunfang.core.language.duplicates import Corpus, topics_of
from xunfang.core.language.redaction.names import NameModel, loaded_model
from xunfang.core.language.redaction.text import find_personal
from xunfang.core.language.triage import evaluate, train, with_title
from xunfang.core.language.urgency import facts_in

N_FOLDINGS = 6
N_OPEN = 50_000
UNSEEN = Path(__file__).parents[1] / "tests/core/language/danger_unseen.jsonl"
TOPICS = (
    r"(?=.*丽发新城)(?=.*(搅拌|水泥厂|混凝土))",
    r"(?=.*伊景园)(?=.*(车位|捆绑))",
    r"(?=.*经济学院)(?=.*(实习|打工|工厂))",
    r"(?=.*万境K9)",
    r"(?=.*人才)(?=.*补贴)",
    r"(?=.*魅力之城)(?=.*(油烟|噪|夜宵|烧烤))",
    r"58车贷",
)
"""What belongs together, by the words of title or text."""


class Table:
    """Rows of what was measured beside what was asked for."""

    def __init__(self) -> None:
        self.missed = 0
        print(f"{'':58}{'found':>10}{'goal':>12}")

    def row(
        self, name: str, found: float, goal: float | None, *, unit: str = ""
    ) -> None:
        at_most = goal is not None and unit in {" s", " ms"}
        reached = goal is None or (found <= goal if at_most else found >= goal)
        self.missed += not reached
        asked = "" if goal is None else f"{'≤' if at_most else '≥'} {goal:g}{unit}"
        print(f"{name:58}{found:>10.4g}{asked:>12}{'' if reached else '   MISSED'}")


def cpu_s[T](what: Callable[[], T]) -> tuple[T, float]:
    began_s = time.process_time()
    return what(), time.process_time() - began_s


def triage(table: Table, path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    texts = [with_title(row["t"], row["x"]) for row in rows]
    labels = [row["label"] for row in rows]
    judged = [evaluate(texts, labels, seed=seed) for seed in range(N_FOLDINGS)]
    f1 = [each.macro_f1() for each in judged]
    halves = [each.right_share(of_surest=0.5) for each in judged]
    table.row("triage: macro-F1, mean of six foldings", statistics.mean(f1), 0.80)
    table.row("        macro-F1, worst folding", min(f1), 0.80)
    table.row("        right on the surest half, mean", statistics.mean(halves), 0.93)
    table.row("        right on the surest half, worst", min(halves), 0.93)
    both = statistics.mean(each.right_share(within=2) for each in judged)
    table.row("        right by one of two suggestions", both, None)
    model, took_s = cpu_s(lambda: train(texts, labels))
    table.row("        training on 495, with calibration", took_s, 10, unit=" s")
    _, took_s = cpu_s(lambda: model.suggest_each(texts))
    table.row("        messages/s, all at once", len(texts) / took_s, 500)
    _, took_s = cpu_s(lambda: [model.suggest(text) for text in texts])
    table.row("        messages/s, one by one", len(texts) / took_s, 500)
    facts, took_s = cpu_s(lambda: [facts_in(f"{r['t']}。{r['x']}") for r in rows])
    table.row("urgency: messages/s", len(texts) / took_s, 500)
    alarms = sum(any(fact.urgency == 1 for fact in each) for each in facts)
    table.row("        share of these letters taken for U1", alarms / len(rows), None)
    loud, took_s = cpu_s(
        lambda: [sounds_of_danger(f"{r['t']}。{r['x']}") for r in rows]
    )
    table.row("danger: messages/s", len(texts) / took_s, 500)
    table.row(
        "        share of these letters taken for it", sum(loud) / len(rows), None
    )


def danger(table: Table, lines: Sequence[str]) -> None:
    unseen = [json.loads(line) for line in lines]
    for name, taken in (
        ("table of facts", by_facts),
        ("table, or the second model", lambda t: by_facts(t) or sounds_of_danger(t)),
    ):
        for now, what in ((True, "found"), (False, "false alarms")):
            texts = [each["text"] for each in unseen if each["u1"] is now]
            share = sum(taken(text) for text in texts) / len(texts)
            table.row(f"danger: {what} of {len(texts)}, {name}", share, None)


def by_facts(text: str) -> bool:
    return any(fact.urgency == 1 for fact in facts_in(text))


def duplicates(table: Table, path: Path) -> None:
    sheet = openpyxl.load_workbook(path, read_only=True).active
    assert sheet is not None
    head, *rows = sheet.iter_rows(values_only=True)
    title_at, text_at = head.index("留言主题"), head.index("留言详情")
    titles = [re.sub(r"\s+", "", str(row[title_at])) for row in rows]
    texts = [re.sub(r"\s+", "", str(row[text_at])) for row in rows]
    topics, took_s = cpu_s(lambda: topics_of(titles))
    table.row(f"topics: {len(titles):,} messages", took_s, 1, unit=" s")
    both = [f"{title}。{text}" for title, text in zip(titles, texts, strict=True)]
    best = []
    for pattern in TOPICS:
        gold = np.array([re.search(pattern, each) is not None for each in both])
        best.append(
            max(
                2
                * np.sum((topics == topic) & gold)
                / (np.sum(topics == topic) + gold.sum())
                for topic in set(topics[gold].tolist())
            )
        )
    table.row("        mean best F1 over seven topics", float(np.mean(best)), 0.80)
    corpus, took_s = cpu_s(lambda: Corpus((titles * 12)[:N_OPEN]))
    table.row(f"similar: {N_OPEN:,} open matters made ready", took_s, None)
    _, took_s = cpu_s(lambda: [corpus.similar(title) for title in titles[:200]])
    table.row("        one message among them", took_s / 200 * 1000, 50, unit=" ms")
    corpus, took_s = cpu_s(lambda: Corpus((texts * 12)[:N_OPEN]))
    table.row(
        f"        {N_OPEN:,} of {np.mean([*map(len, texts)]):.0f} characters",
        took_s,
        None,
    )
    _, took_s = cpu_s(lambda: [corpus.similar(text) for text in texts[:50]])
    table.row("        one message among them", took_s / 50 * 1000, 50, unit=" ms")


def redaction(table: Table) -> None:
    samples = held_out_samples(1000, seed=2026)
    for name, model in (("redaction", loaded_model()), ("  rules only", None)):
        shares, n_false, took_s = covered(samples, model)
        numbers = 0.99
        names = 0.95 if model is not None else None
        table.row(f"{name}: numbers covered", shares["number"], numbers)
        table.row("        names covered", shares["name"], names)
        table.row("        doors covered", shares["door"], None)
        table.row("        false hits in 1,000 texts", n_false, None)
        table.row("        texts/s", len(samples) / took_s, None)


def covered(
    samples: list[Sample], names: NameModel | None
) -> tuple[dict[str, float], int, float]:
    found, took_s = cpu_s(
        lambda: [find_personal(sample.text, names=names) for sample in samples]
    )
    n, n_covered = Counter[str](), Counter[str]()
    n_false = 0
    for sample, spans in zip(samples, found, strict=True):
        inside = {at for span in spans for at in range(span.start, span.end)}
        for planted in sample.planted:
            kind = planted.kind if planted.kind in {"name", "door"} else "number"
            n[kind] += 1
            n_covered[kind] += inside.issuperset(range(planted.start, planted.end))
        n_false += sum(
            not any(p.start < span.end and span.start < p.end for p in sample.planted)
            for span in spans
        )
    return {kind: n_covered[kind] / n[kind] for kind in n}, n_false, took_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).parents[2] / "shared/data/voice"
    parser.add_argument("--data", type=Path, default=default)
    folder = parser.parse_args().data
    table = Table()
    if folder.is_dir():
        triage(table, folder / "train495.csv")
        duplicates(table, folder / "messages_unlabelled_4326.xlsx")
    else:
        print(f"triage and duplicates left out: the shared data is not here ({folder})")
    danger(table, UNSEEN.read_text("utf-8").splitlines())
    redaction(table)
    raise SystemExit(table.missed > 0)


if __name__ == "__main__":
    main()
