"""Reads what the observer has written; docs/observation.md has the format."""

import struct
from dataclasses import dataclass

KINDS = {1: "image", 2: "end", 3: "forked", 4: "execute", 5: "not-executed", 6: "spawned", 7: "read", 8: "listed", 9: "seen",
         10: "written", 11: "removed", 12: "missed", 13: "variable", 14: "query", 15: "gap", 16: "reaped"}
FILE_HEADER = struct.Struct("<8sIII")
HEADER = struct.Struct("<HBBIIHH")
FIRST = 64


@dataclass(frozen=True)
class Record:
    kind: str
    detail: int
    image: int
    number: int
    text: str
    second: str


def records(path):
    """All that is in the file; an error if it does not hold together."""
    with open(path, "rb") as file:
        magic, _, used, full = FILE_HEADER.unpack(file.read(FILE_HEADER.size))
        if magic != b"FLOEOBS1" or full:
            raise ValueError("the record is full" if full else "this is no record")
        file.seek(FIRST)
        data = file.read(used)
    found, offset = [], 0
    while offset < len(data):
        words, kind, detail, image, number, first, second = HEADER.unpack_from(data, offset)
        if kind not in KINDS or words < 2:
            raise ValueError(f"the record at {offset} is not complete")
        start = offset + HEADER.size
        texts = data[start:start + first], data[start + first:start + first + second]
        found.append(Record(KINDS[kind], detail, image, number, *(text.decode(errors="surrogateescape") for text in texts)))
        offset += words * 8
    return found


def copy_record(path, copy):
    """Without the room that was not used."""
    with open(path, "rb") as file, open(copy, "wb") as into:
        header = file.read(FIRST)
        into.write(header + file.read(FILE_HEADER.unpack_from(header)[2]))


def main(path):
    """Prints it."""
    for record in records(path):
        print(f"{record.image:8} {record.kind:12} {record.detail:3} {record.text} {record.second}".rstrip())


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
