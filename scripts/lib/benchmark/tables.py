"""The figures of a benchmark, as a table and as JSON, one object a line."""

import json
import pathlib
from collections.abc import Sequence

Row = dict[str, object]
UNKNOWN = "-"


def lines(rows: Sequence[Row]) -> list[str]:
    """A column for each key, a line for each row."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns] + [[str(row.get(column, UNKNOWN)) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    return ["  ".join(cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in cells]


def show(rows: Sequence[Row], file: pathlib.Path | None) -> None:
    print("\n".join(lines(rows)))
    write(rows, file)


def write(rows: Sequence[Row], file: pathlib.Path | None) -> None:
    if file:
        file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def ratio(value: float, base: float | None, digits: int = 3) -> float | str:
    """How many times the base a value is, where there is a base."""
    return round(value / base, digits) if base else UNKNOWN


def each(total: float, count: int) -> float:
    """Of a sum, what is one's."""
    return round(total / count, 1)


def seconds(millis: float) -> float:
    return round(millis / 1000, 1)
