"""All recipes, in the order in which they run."""

import importlib
import pathlib

from recipes.recipe import Recipe

BUILDS = pathlib.Path(__file__).parent / "builds"


def recipes() -> dict[str, Recipe]:
    """By their names. Each module in `builds` has those of a page."""
    modules = [importlib.import_module(f"recipes.builds.{path.stem}") for path in sorted(BUILDS.glob("[a-z]*.py"))]
    found = [recipe for module in modules for recipe in module.RECIPES]
    return {recipe.name: recipe for recipe in found}
