"""Prints the resources of java.desktop that a Java runtime for Floe does without, one a line, for the option --exclude-resources of jlink.

  unused_classes.py <LISTING    what `jimage list` prints of the module

log4j uses java.beans, which is in java.desktop with all of AWT and Swing. jlink wants something in each package that the module exports, so the
first resource of each package stays.
"""

import pathlib
import sys

USED = ("java/beans/", "com/sun/beans/", "module-info.class")


def unused(names):
    seen = set()
    for name in sorted(names):
        package = pathlib.PurePosixPath(name).parent
        if name.startswith(USED):
            continue
        if package not in seen:
            seen.add(package)
            continue
        yield f"/java.desktop/{name}"


def main():
    print("\n".join(unused(line.strip() for line in sys.stdin if line.startswith("    "))))


if __name__ == "__main__":
    main()
