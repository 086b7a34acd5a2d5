"""Makes the SBOM of an installed Floe of the one that the build wrote: leaves out what is not installed.

  sbom.py BUILT DIRECTORY   prints the SBOM of the jars in DIRECTORY; fails if BUILT lacks one of them, or has it with another checksum
"""

import hashlib
import json
import pathlib
import sys


def sha256_of(component):
    return next((each["content"] for each in component.get("hashes", []) if each["alg"] == "SHA-256"), None)


def main(built, directory):
    with open(built, encoding="utf-8") as file:
        sbom = json.load(file)
    installed = {hashlib.sha256(jar.read_bytes()).hexdigest(): jar for jar in pathlib.Path(directory).glob("*.jar")}
    main_component = sbom["metadata"]["component"]
    sbom["components"] = [component for component in sbom["components"] if sha256_of(component) in installed]
    listed = {sha256_of(component) for component in sbom["components"]}
    # The program itself is described without a checksum.
    own = f"{main_component['name']}-{main_component['version']}.jar"
    missing = sorted(jar.name for digest, jar in installed.items() if digest not in listed and jar.name != own)
    if missing:
        sys.exit(f"{built} has no component with the checksum of {', '.join(missing)}")
    main_component["hashes"] = [
        {"alg": "SHA-256", "content": digest} for digest, jar in installed.items() if jar.name == own
    ]
    references = {component["bom-ref"] for component in sbom["components"]} | {main_component["bom-ref"]}
    sbom["dependencies"] = [
        dict(each, dependsOn=[other for other in each.get("dependsOn", []) if other in references])
        for each in sbom["dependencies"] if each["ref"] in references
    ]
    json.dump(sbom, sys.stdout, indent=2, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
