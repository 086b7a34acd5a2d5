"""Meson and Ninja."""

from recipes.recipe import Recipe

RECIPES = [
    Recipe("meson", "build-systems/meson.md", "Meson and Ninja", packages=("meson", "ninja-build"), source="fribidi", least=20),
]
