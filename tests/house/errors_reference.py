"""Every refusal of the house, read off the code.

``python -m tests.house.errors_reference`` writes ``docs/reference/errors.md`` anew.
"""

import ast
from dataclasses import dataclass

from tests.house.sources import DOCS, PACKAGE, PROJECT, files

DOCUMENT = DOCS / "reference" / "errors.md"
HEAD = """# Refusals

Each refusal of the domain is an exception with a stable code, beside the function that raises
it. Pages translate the code into a sentence (`src/xunfang/web/sentences/`), never the
message, which is for logs and the command line. A test holds this table equal to the code;
`python -m tests.house.errors_reference` writes it anew.

| Code | Raised as | Where | What is the matter |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """One class with a ``code``."""

    code: str
    name: str
    file: str
    meaning: str

    @property
    def row(self) -> list[str]:
        return [f"`{self.code}`", f"`{self.name}`", f"`{self.file}`", self.meaning]


def refusals() -> list[Refusal]:
    """Return every class of the house that has a ``code``, by code."""
    found = []
    for path in files(PACKAGE, ".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and (code := _code_of(node)):
                summary = (ast.get_docstring(node) or "").split("\n\n")[0]
                found.append(
                    Refusal(
                        code=code,
                        name=node.name,
                        file=path.relative_to(PROJECT).as_posix(),
                        meaning=" ".join(summary.split())
                        .replace("|", "/")
                        .replace("``", "`"),
                    )
                )
    return sorted(found)


def _code_of(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value)):
                return str(value)
    return None


def write() -> None:
    rows = (f"| {' | '.join(refusal.row)} |\n" for refusal in refusals())
    DOCUMENT.write_text(HEAD + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    write()
