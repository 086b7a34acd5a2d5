"""Recipes: the pages say what is run, and what is run is what the pages say. The recipes themselves run in the nightly lane."""

import json
import pathlib
import subprocess
import sys

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(SCRIPTS / "lib"))
from recipes import catalogue, page  # noqa: E402
from recipes.recipe import Outcome, Recipe  # noqa: E402

RECIPES = catalogue.recipes()


def test_each_marked_block_belongs_to_a_recipe_and_each_recipe_has_one():
    marked = {(block.recipe, name) for name, blocks in page.pages().items() for block in blocks}
    assert marked == {(recipe.name, recipe.page) for recipe in RECIPES.values() if not recipe.missing}


def test_a_recipe_that_is_not_tried_says_why_and_its_page_says_so():
    untried = [recipe for recipe in RECIPES.values() if recipe.missing]
    for recipe in untried:
        assert "not tried" in (page.DOCS / recipe.page).read_text(), recipe.name


def test_names_of_recipes_are_those_of_the_modules():
    listed = subprocess.run([SCRIPTS / "recipes", "--list"], check=True, capture_output=True, text=True).stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(RECIPES)


TEXT = """# A page

<!-- recipe: one -->
```sh
make
```

<!-- recipe: two, as root -->

```
make install
```

<!-- recipe: two, file ~/.makerc -->
```
-j
```
"""


def test_blocks_of_a_page():
    one, two, file = page.blocks(TEXT)
    assert (one.recipe, one.text, one.as_root, one.file) == ("one", "make\n", False, "")
    assert (two.recipe, two.text, two.as_root) == ("two", "make install\n", True)
    assert (file.file, file.text) == ("~/.makerc", "-j\n")


@pytest.mark.parametrize("wrong", ["<!-- recipe: one -->\n\ntext\n", "<!-- recipe: one, as user -->\n```\nmake\n```\n", "<!-- recipe: -->\n"])
def test_a_mark_that_names_no_block_is_an_error(wrong):
    with pytest.raises(page.WrongMark):
        page.blocks(TEXT + wrong)


def outcome(*compiles):
    result = Outcome("x", "worked")
    for decision, reason in compiles:
        result.add({"decision": decision, "reason": reason})
    result.judge(Recipe("x", "page.md", "x", least=2, local=("computed by a macro",)))
    return result


REMOTE, CACHED = ("remote", "compiled remotely"), ("cached", "cache hit")


@pytest.mark.parametrize("compiles, state", [
    ([REMOTE, CACHED], "worked"),
    ([REMOTE, REMOTE, ("local", "link step"), ("local", "name of a file is computed by a macro")], "worked"),
    ([REMOTE, ("local", "link step")], "failed"),
    ([REMOTE, REMOTE, ("local", "no remote executor is available")], "failed"),
    ([], "failed"),
])
def test_judgement(compiles, state):
    assert outcome(*compiles).state == state


@pytest.mark.slow
@pytest.mark.root
@pytest.mark.needs("mmdebstrap", "unshare", "nsenter")
@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if not recipe.missing])
def test_recipe(alone, name):
    figures = alone.dir / "figures"
    said = subprocess.run([SCRIPTS / "recipes", "--json", figures, name], env={**alone.env, "FLOE_PREFIX": str(alone.prefix)}, check=False,
                          capture_output=True, text=True)
    result = json.loads(figures.read_text()) if figures.exists() else {}
    if result.get("state") == "not tried on such a machine":
        pytest.skip(result["detail"])
    assert said.returncode == 0 and result["state"] == "worked", said.stdout + said.stderr
