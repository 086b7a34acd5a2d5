"""Programs for Windows."""

from recipes.recipe import Recipe

PAGE = "build-systems/wine.md"

RECIPES = [
    Recipe("mingw", PAGE, "zlib for Windows", packages=("gcc-mingw-w64-x86-64",), source="zlib", least=10),
]
