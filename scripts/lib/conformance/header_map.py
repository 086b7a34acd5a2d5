"""header_map.py OUT NAME PREFIX SUFFIX: a header map, which tells clang that the header NAME is the file PREFIX + SUFFIX."""

import struct
import sys

BUCKETS = 8


def main(out, name, prefix, suffix):
    texts = b"\0"
    places = []
    for text in (name, prefix, suffix):
        places.append(len(texts))
        texts += text.encode() + b"\0"
    table = [(0, 0, 0)] * BUCKETS
    table[sum(13 * byte for byte in name.lower().encode()) % BUCKETS] = tuple(places)
    start = 24 + 12 * BUCKETS
    head = struct.pack("<IHHIIII", 0x686D6170, 1, 0, start, 1, BUCKETS, len(prefix + suffix))
    with open(out, "wb") as file:
        file.write(head + b"".join(struct.pack("<III", *entry) for entry in table) + texts)


main(*sys.argv[1:])
