"""Collects the licence texts of all that an installed Floe contains.

  licences.py HOME TEXTS REPOSITORY DIRECTORY

HOME is lib/floe of the tree, with sbom.json; TEXTS has a text for each licence and each part whose jar has none. Writes one directory for each
part into DIRECTORY, and README with their names, versions and licences. Fails if a part has no text.
"""

import json
import pathlib
import re
import sys
import zipfile

TEXT = re.compile(r"(?:^|/)[^/]*(?:licen[cs]e|notice|copying)[^/]*$", re.IGNORECASE)
NO_TEXT = (".class", ".xml", ".properties")


def licences_of(component):
    """The names of its licences."""
    entries = component.get("licenses", [])
    return [each.get("expression") or each["license"].get("id") or each["license"].get("name") for each in entries]


def jar_of(component, home):
    """Two components of one name, with the native code of different architectures, differ by their classifiers."""
    classifier = re.search(r"[?&]classifier=([^&]+)", component.get("purl", ""))
    suffix = f"-{classifier.group(1)}" if classifier else ""
    return home / f"{component['name']}-{component['version']}{suffix}.jar"


def own_texts(jar):
    with zipfile.ZipFile(jar) as archive:
        names = [name for name in archive.namelist() if TEXT.search(name) and not name.lower().endswith(NO_TEXT) and not name.endswith("/")]
        return {pathlib.PurePosixPath(name).name: archive.read(name) for name in sorted(names)}


def texts_of(component, jar, texts, repository):
    """The texts that the jar has, and those of its licences that it lacks."""
    found = own_texts(jar)
    if any("licen" in name.lower() or "copying" in name.lower() for name in found):
        return found
    part = texts / f"{component['name']}.txt"
    family = texts / f"{component['name'].partition('-')[0]}.txt"
    candidates = [path for path in (part, family) if path.exists()][:1]
    if not candidates:
        candidates = [repository / "LICENSE" if name == "Apache-2.0" else texts / f"{name}.txt" for name in licences_of(component)]
    if not candidates or not all(path.exists() for path in candidates):
        sys.exit(f"there is no text for the licence {licences_of(component)} of {component['name']}; add it to {texts}")
    return {**found, **{path.name: path.read_bytes() for path in candidates}}


def main(home, texts, repository, directory):
    home, texts, repository, directory = map(pathlib.Path, (home, texts, repository, directory))
    sbom = json.loads((home / "sbom.json").read_text(encoding="utf-8"))
    directory.mkdir(parents=True)
    table = []
    for component in sorted(sbom["components"], key=lambda each: (each["name"], each["version"], each.get("purl", ""))):
        own = component.get("group") == "dev.floe"
        place = directory / ("floe" if own else component["name"])
        place.mkdir(exist_ok=True)
        for name, content in texts_of(component, jar_of(component, home), texts, repository).items():
            (place / name).write_bytes(content)
        table.append(f"{component['name']} {component['version']}: {', '.join(licences_of(component))} ({place.name}/)")
    glibc = directory / "glibc"
    glibc.mkdir()
    (glibc / "LGPL-2.1.txt").write_bytes((texts / "LGPL-2.1.txt").read_bytes())
    table.append("GNU C library, linked statically into floe-cc: LGPL-2.1 (glibc/). The source of floe-cc is part of Floe's, so that it can be linked again.")
    if (home / "runtime").is_dir():
        table.append("OpenJDK, in runtime/: GPL-2.0 with the Classpath Exception, and the notices of its parts (openjdk/)")
    (directory / "README").write_text("Licences of the parts of Floe.\n\n" + "\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
