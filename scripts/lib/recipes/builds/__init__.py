"""Recipes by what builds; each module has RECIPES."""
