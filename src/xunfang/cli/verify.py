"""``xunfang verify``: whether the log still is what was signed, and a receipt holds."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from xunfang.cli import serve

if TYPE_CHECKING:
    from xunfang.audit.ledger.findings import Finding, Report

EXIT_GOOD, EXIT_WRONG, EXIT_UNREADABLE = 0, 1, 2

WORDS = {
    "LEAF_MISSING": "missing 条目缺失",
    "LEAF_CHANGED": "changed: not what was added 条目被改动",
    "NODE_CHANGED": "a hash above is not theirs 上层哈希不符",
    "DATED_BACK": "dated before the checkpoint before it 时间被提前",
    "DATED_AHEAD": "dated after it was signed 时间被推后",
    "LEAF_ADDED": "past the end of the log 末尾之外多出条目",
    "HEAD_CHANGED": "the end of the log is not theirs 日志末端状态不符",
    "CHECKPOINT_CHANGED": "their checkpoint was changed 检查点被改动",
    "CHECKPOINT_UNSIGNED": "no known key signed their checkpoint 检查点无可信签名",
    "ROOT_DIFFERS": "not what their checkpoint signed 与已签检查点不符",
    "ROW_CHANGED": "the row says something else now 业务记录被改动",
    "ROW_MISSING": "the row is gone 业务记录缺失",
    "ROW_WITHOUT_LEAF": "a row names an entry that is not its own 业务记录无对应条目",
    "REWRITTEN": "not what the witness saw 与见证人所存不符",
    "CUT_OFF": "signed once, gone now 曾经签过,现已不在",
    "NOT_OURS": "this line is no checkpoint of ours 该行不是本日志的检查点",
}
FAULTS = {
    "words_differ": "the words are not those that were committed to 内容与当时承诺的不符",
    "leaf_differs": "kind, time or commitment were changed 类别、时间或承诺值被改动",
    "note_unreadable": "its checkpoint cannot be read 检查点无法读取",
    "other_log": "its checkpoint is that of another log 检查点属于另一日志",
    "not_included": "the proof does not lead to the root 证明推不出树根",
    "unsigned": "no known key signed its checkpoint 检查点无可信签名",
    "leaf_gone": "the log has something else in its place today 日志中该处已非此条目",
    "rewritten": "today's log does not continue its checkpoint 今日日志与其检查点不相承",
    "other_unreadable": "the other checkpoint cannot be read 另一检查点无法读取",
    "other_unsigned": "no known key signed the other checkpoint 另一检查点无可信签名",
    "other_rewritten": "today's log does not continue the other one 今日日志与另一检查点不相承",
}


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb and what can be verified."""
    parser = subparsers.add_parser(
        "verify", help="verify the log, a receipt, a witness's file / 核验日志与回执"
    )
    what = parser.add_subparsers(title="what", required=True, metavar="WHAT")
    ledger = what.add_parser("ledger", help="the whole log / 整个日志")
    ledger.set_defaults(handler=verify_ledger)
    witness = what.add_parser(
        "witness", help="the log against a witness's file / 与见证人文件比对"
    )
    witness.add_argument("file", type=Path)
    witness.set_defaults(handler=verify_witness)
    checkpoints = what.add_parser(
        "checkpoints", help="write what a witness keeps / 导出检查点供见证人保存"
    )
    checkpoints.add_argument("--since", type=int, default=0, metavar="SIZE")
    checkpoints.set_defaults(handler=write_checkpoints)
    receipt = what.add_parser("receipt", help="one receipt / 一张回执")
    receipt.add_argument("file", type=Path)
    receipt.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="a checkpoint from somebody else, to hold it against / 他人保存的检查点",
    )
    receipt.set_defaults(handler=verify_receipt)
    for each in (ledger, witness, receipt):
        each.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="KEY",
            help="a verifier key that may have signed, besides our own / 另一可信公钥",
        )


def verify_ledger(arguments: argparse.Namespace) -> int:
    """Go over the whole log, and hold it against the checkpoint beside the database."""
    serve.set_up()
    from xunfang.audit.ledger import (  # noqa: PLC0415 -- after set-up
        keys,
        sealing,
        verifying,
        witnessing,
    )

    verifiers = [keys.our_key().verifier, *arguments.key]
    report = verifying.verify(verifiers=verifiers)
    beside = witnessing.compare([sealing.kept_line()], verifiers=verifiers)
    report.findings += [
        finding for finding in beside.findings if finding not in report.findings
    ]
    print(f"{report.n_leaves} entries 条目, {report.n_checkpoints} checkpoints 检查点")
    for kind in sorted(report.compared):
        print(
            f"  {kind}: {report.compared[kind]} rows compared 已比对"
            f" ({report.erased[kind]} erased by law 依法删除)"
        )
    return _say(report)


def verify_witness(arguments: argparse.Namespace) -> int:
    """Hold the log against what a witness kept of it."""
    try:
        lines = arguments.file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return _unreadable(error)
    serve.set_up()
    from xunfang.audit.ledger import (  # noqa: PLC0415 -- after set-up
        keys,
        witnessing,
    )

    verifiers = [keys.our_key().verifier, *arguments.key]
    report = witnessing.compare(lines, verifiers=verifiers)
    print(
        f"{report.n_checkpoints} checkpoints 检查点; "
        f"the log is theirs up to entry 一致至条目 {report.n_leaves - 1}"
    )
    return _say(report)


def write_checkpoints(arguments: argparse.Namespace) -> int:
    """Write every checkpoint of more than so many entries, one a line."""
    serve.set_up()
    from xunfang.audit.ledger import (  # noqa: PLC0415 -- after set-up
        queries,
        witnessing,
    )

    for checkpoint in queries.checkpoints_since(arguments.since):
        sys.stdout.write(witnessing.line_of(checkpoint))
    return EXIT_GOOD


def verify_receipt(arguments: argparse.Namespace) -> int:
    """Judge a receipt by itself, then against the log as it is today."""
    from xunfang.core.ledger import receipts  # noqa: PLC0415 -- only this verb needs it

    try:
        receipt = receipts.read(arguments.file.read_text(encoding="utf-8"))
        other = (
            None
            if arguments.checkpoint is None
            else arguments.checkpoint.read_text(encoding="utf-8")
        )
    except (OSError, ValueError) as error:
        return _unreadable(error)
    serve.set_up()
    from xunfang.audit.ledger import comparing, keys  # noqa: PLC0415 -- after set-up

    verifiers = [keys.our_key().verifier, *arguments.key]
    found = receipts.faults(receipt)
    if not found:
        found = comparing.faults(receipt, verifiers=verifiers)
    if other is not None:
        found += comparing.faults_beside(other, verifiers=verifiers)
    for fault in found:
        print(f"WRONG 不符: {FAULTS[fault]}")
    if found:
        return EXIT_WRONG
    said = "the words 内容" if receipt.document is not None else "the commitment 承诺值"
    print(
        f"GOOD 无误: entry 条目 {receipt.index}, added 写入于 {receipt.at}: {said} "
        "still there, unaltered 仍在,未被改动"
    )
    return EXIT_GOOD


def _say(report: "Report") -> int:
    for line in _lines(report.findings):
        print(line)
    print("GOOD 无误" if report.is_good else "WRONG 不符")
    return EXIT_GOOD if report.is_good else EXIT_WRONG


def _lines(findings: "Iterable[Finding]") -> Iterable[str]:
    for finding in findings:
        span = f"{finding.first}"
        if finding.last != finding.first:
            span += f"–{finding.last}"
        what = "line 行" if finding.fault.name == "NOT_OURS" else "entry 条目"
        kind = f" ({finding.kind})" if finding.kind else ""
        yield f"  {what} {span}{kind}: {WORDS[finding.fault.name]}"


def _unreadable(error: Exception) -> int:
    print(f"xunfang: not readable 无法读取: {error}", file=sys.stderr)
    return EXIT_UNREADABLE
