"""Bazel with the cache server of a node."""

from recipes.recipe import Place, Recipe

# Debian's rules for C++ are newer than its Bazel, so the project has a rule of its own.
RULE = """def _object(ctx):
    object = ctx.actions.declare_file(ctx.label.name + ".o")
    ctx.actions.run_shell(
        inputs = [ctx.file.src],
        outputs = [object],
        command = "gcc -O2 -c %s -o %s" % (ctx.file.src.path, object.path),
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([object]))]

object = rule(implementation = _object, attrs = {"src": attr.label(allow_single_file = True)})
"""
BUILD = """load(":object.bzl", "object")
[object(name = "object%d" % number, src = "source%d.c" % number) for number in range(SOURCES)]
"""
SOURCES = 12
# What Bazel otherwise fetches, as Debian has it.
WORKSPACE = 'local_repository(name = "platforms", path = "/usr/share/bazel/tools/platforms")\n'


def write_project(place: Place) -> None:
    place.write("WORKSPACE", WORKSPACE)
    place.write("object.bzl", RULE)
    place.write("BUILD", BUILD.replace("SOURCES", str(SOURCES)))
    for number in range(SOURCES):
        place.write(f"source{number}.c", f"int source{number} = {number};\n")


def verify(place: Place) -> None:
    """What was built, cleaned and built again came from the cache."""
    place.run(f"bazel clean\nbazel build //... 2>&1 | tee ../again\ngrep '{SOURCES} remote cache hit' ../again")


RECIPES = [
    Recipe("bazel", "cache-servers.md", "Bazel", packages=("bazel-bootstrap", "bazel-platforms"), prepare=write_project, verify=verify, least=0,
           node_options=("--cache-http", "127.0.0.1:7081")),
]
