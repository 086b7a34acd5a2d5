"""Recipes: the commands of the pages in docs, run as they stand there, in a fresh root."""
