"""One readable table: what was measured, next to what, and whether it is good enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """``values`` are of one kind; their median counts. ``beside`` is measured in the same run.

    ``most`` is the target: of the ratio if ``of_ratio``, otherwise of the median itself.
    """

    what: str
    unit: str
    values: Sequence[float]
    beside: Sequence[float] = ()
    beside_what: str = ""
    most: float | None = None
    of_ratio: bool = False

    @property
    def middle(self) -> float:
        return median(self.values)

    @property
    def ratio(self) -> float | None:
        beside = median(self.beside) if self.beside else 0
        return self.middle / beside if beside else None

    @property
    def missed(self) -> bool:
        value = self.ratio if self.of_ratio else self.middle
        return self.most is not None and (value is None or value > self.most)


def show(title: str, rows: Sequence[Row], out: Console) -> None:
    table = Table(title=title, box=box.SIMPLE, title_justify="left", pad_edge=False)
    table.add_column("measured")
    for name in ("median", "min to max", "ratio"):
        table.add_column(name, justify="right")
    table.add_column("to")
    table.add_column("target", justify="right")
    table.add_column("")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        beside = f"{row.beside_what}, {_said(row.beside, row.unit)}" if row.beside else row.beside_what
        target = "" if row.most is None else f"{'ratio ' if row.of_ratio else ''}≤ {row.most:g}"
        verdict = "" if row.most is None else "MISSED" if row.missed else "met"
        spread = f"{min(row.values):.3g} to {max(row.values):.3g}" if len(row.values) > 1 else ""
        table.add_row(row.what, _said(row.values, row.unit), spread, ratio, beside, target, verdict)
    out.print(table)


def _said(values: Sequence[float], unit: str) -> str:
    return f"{median(values):.3g} {unit}".rstrip()
