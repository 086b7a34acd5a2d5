"""CMake with Floe as its launcher."""

from recipes.recipe import Recipe

RECIPES = [
    Recipe("cmake", "build-systems/cmake.md", "CMake, makefiles", packages=("cmake", "libgtest-dev", "libgmock-dev"), source="yaml-cpp", least=20),
]
