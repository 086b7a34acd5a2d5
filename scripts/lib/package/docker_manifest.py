"""Adds to an OCI layout the manifest.json that `docker load` needs before version 25; it names the same blobs.

usage: docker_manifest.py LAYOUT TAG
"""

import json
import pathlib
import sys


def blob_path(descriptor):
    return "blobs/" + descriptor["digest"].replace(":", "/")


def main(layout, tag):
    directory = pathlib.Path(layout)
    [image] = json.loads((directory / "index.json").read_text())["manifests"]
    manifest = json.loads((directory / blob_path(image)).read_text())
    entry = {"Config": blob_path(manifest["config"]), "RepoTags": [tag], "Layers": [blob_path(layer) for layer in manifest["layers"]]}
    (directory / "manifest.json").write_text(json.dumps([entry]))


if __name__ == "__main__":
    main(*sys.argv[1:])
