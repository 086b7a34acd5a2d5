"""Programs for Windows."""

from recipes.recipe import Recipe

PAGE = "build-systems/wine.md"

RECIPES = [
    Recipe("mingw", PAGE, "a library for Windows", packages=("gcc-mingw-w64-x86-64", "file"), source="lzo2", least=20),
]
