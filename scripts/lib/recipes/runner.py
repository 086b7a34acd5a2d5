"""Runs one recipe."""

import contextlib
import os
import pathlib
import time

import records
from harness import commands, jobs, machine
from harness.mesh import READY_SECONDS
from recipes.machines import AS_USER, USER_ID, Machines
from recipes.page import DOCS, blocks
from recipes.place import FreshRoot
from recipes.recipe import NotHere, Outcome, Place, Recipe, RecipeFailed


def follow(recipe: Recipe, place: Place) -> None:
    """Does what the page says."""
    for block in blocks((DOCS / recipe.page).read_text(encoding="utf-8")):
        if block.recipe != recipe.name:
            continue
        if block.file:
            place.write(block.file, block.text)
        else:
            place.run(block.text, as_root=block.as_root, online=recipe.online)


def compile_remotely(mesh: Machines, work: pathlib.Path) -> None:
    """Compiles a file on the submitter, once there is an executor, by the user of its node: the wrapper obeys no other user's node there."""
    machine.eventually(lambda: any(node["executes"] for node in mesh.listing()["nodes"]), lambda: f"no node executes: {mesh.listing()}", READY_SECONDS)
    directory = work / "first"
    directory.mkdir()
    source = directory / "first.c"
    source.write_text("int first;\n")
    os.chown(directory, USER_ID, USER_ID)
    variables = {**mesh.environment, "FLOE_SOCKET": str(mesh[1].socket), "FLOE_MODE": "remote"}
    commands.run([*AS_USER, str(mesh.cc), "gcc", "-c", str(source), "-o", str(directory / "first.o")], directory, variables).check()


def count(recipe: Recipe, outcome: Outcome, log: jobs.JobLog) -> None:
    for record in log.read():
        if records.is_compile(record):
            outcome.add(record)
    outcome.judge(recipe)


def explanation(recipe: Recipe, place: FreshRoot | None) -> str:
    """The end of the log, with what the recipe has for such a case."""
    if not recipe.explain or place is None:
        return ""
    with contextlib.suppress(RecipeFailed):
        place.run(recipe.explain, as_root=True)
    return f"\n{place.commands.tail()}"


def run(recipe: Recipe, work: pathlib.Path, prefix: pathlib.Path) -> Outcome:
    """Prepares the place, follows the page, and counts where the compiles ran."""
    if recipe.missing:
        return Outcome(recipe.name, "not tried on such a machine", recipe.missing)
    outcome = Outcome(recipe.name, "worked")
    work.mkdir(mode=0o755)
    mesh = Machines(prefix, work / "mesh", recipe.node_options, executor=not recipe.starts_executor)
    place = None
    try:
        mesh.start()
        place = FreshRoot(work, mesh, prefix, host=2 if recipe.starts_executor else 1)
        if recipe.starts_executor:
            place.variables["INVITATION"] = mesh.run("mesh", "invite").check().lines[-1]
        place.install(*recipe.packages)
        if recipe.source:
            place.fetch_source(recipe.source)
        recipe.prepare(place)
        log, start = jobs.JobLog(mesh[1].job_log), time.monotonic()
        follow(recipe, place)
        outcome.seconds = time.monotonic() - start
        if recipe.starts_executor:
            compile_remotely(mesh, work)
        recipe.verify(place)
        machine.eventually(mesh.is_idle, "jobs do not end")
        count(recipe, outcome, log)
    except NotHere as lacking:
        outcome.state, outcome.detail = "not tried on such a machine", str(lacking)
    except (RecipeFailed, AssertionError) as failure:
        outcome.state, outcome.detail = "failed", f"{failure}{explanation(recipe, place)}"
    finally:
        if place is not None:
            place.close()
        mesh.stop()
    return outcome
