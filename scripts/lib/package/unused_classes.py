"""Prints resources of Java's modules that a Java runtime for Floe does without, one a line, for the option --exclude-resources of jlink.

  unused_classes.py <LISTING    what `jimage list` prints of the modules

log4j uses java.beans, which is in java.desktop with all of AWT and Swing. It names classes of java.xml, but nothing of Floe reads XML, so the
parsers and transformers behind that interface go. jlink wants something in each package that a module exports, so the first resource of each
package stays.
"""

import pathlib
import sys

# By module: the resources that may go, and of these the ones that stay.
UNUSED = {"java.desktop": ("",), "java.xml": ("com/sun/org/apache/", "jdk/xml/")}
USED = {"java.desktop": ("java/beans/", "com/sun/beans/", "module-info.class"), "java.xml": ()}


def listing(lines):
    """The pairs of module and resource."""
    module = None
    for line in lines:
        if line.startswith("Module: "):
            module = line.split()[1]
        elif line.startswith("    "):
            yield module, line.strip()


def unused(names):
    seen = set()
    for module, name in sorted(names):
        package = module, pathlib.PurePosixPath(name).parent
        if not name.startswith(UNUSED.get(module, ())) or name.startswith(USED[module]):
            continue
        if package not in seen:
            seen.add(package)
            continue
        yield f"/{module}/{name}"


def main():
    print("\n".join(unused(listing(sys.stdin))))


if __name__ == "__main__":
    main()
