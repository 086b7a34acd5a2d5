"""Bazel with the cache server of a node."""

from recipes.recipe import Place, Recipe

BUILD = """cc_library(name = "lib", srcs = glob(["lib*.c"]), hdrs = ["lib.h"])
cc_binary(name = "main", srcs = ["main.c"], deps = [":lib"])
"""
# What Bazel otherwise fetches, as Debian has it.
REPOSITORIES = {"rules_cc": "rules/cc", "rules_java": "rules/java", "rules_proto": "rules/proto", "platforms": "tools/platforms", "bazel_skylib": "tools/skylib"}
PACKAGES = ("bazel-bootstrap", "bazel-rules-cc", "bazel-rules-java", "bazel-rules-proto", "bazel-platforms", "bazel-skylib")
SOURCES = 12


def write_project(place: Place) -> None:
    place.write("WORKSPACE", "".join(f'local_repository(name = "{name}", path = "/usr/share/bazel/{path}")\n' for name, path in REPOSITORIES.items()))
    place.write("BUILD", BUILD)
    place.write("lib.h", "".join(f"int lib{number}(void);\n" for number in range(SOURCES)))
    for number in range(SOURCES):
        place.write(f"lib{number}.c", f'#include "lib.h"\nint lib{number}(void) {{ return {number}; }}\n')
    place.write("main.c", '#include "lib.h"\nint main(void) { return lib0(); }\n')


def verify(place: Place) -> None:
    """What was built, cleaned and built again came from the cache."""
    place.run("bazel clean\nbazel build //... 2>&1 | tee ../again\ngrep 'remote cache hit' ../again")


RECIPES = [
    Recipe("bazel", "cache-servers.md", "Bazel", packages=PACKAGES, prepare=write_project, verify=verify, least=0,
           node_options=("--cache-http", "127.0.0.1:7081")),
]
