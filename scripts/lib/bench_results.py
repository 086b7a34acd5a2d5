"""Keeps the figures of a bench as JSON, one object a line, and shows them as a table.

  bench_results.py add FILE KEY=VALUE...      appends an object; whole and broken numbers become numbers
  bench_results.py table FILE                 a column for each key, a row for each object
"""

import json
import sys


def number(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def table(rows):
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns] + [[str(row.get(column, "-")) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    for line in cells:
        first, *rest = (cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths)))
        print("  ".join([first, *rest]).rstrip())


def main(arguments):
    if len(arguments) < 2 or arguments[0] not in ("add", "table"):
        sys.exit(__doc__.strip())
    command, path, *pairs = arguments
    if command == "add":
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({key: number(value) for key, _, value in (pair.partition("=") for pair in pairs)}) + "\n")
    else:
        with open(path, encoding="utf-8") as file:
            table([json.loads(line) for line in file])


if __name__ == "__main__":
    main(sys.argv[1:])
