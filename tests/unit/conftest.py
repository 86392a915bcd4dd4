"""Puts this folder on the import path, so that tests find `synthetic`; Hypothesis without deadlines, same examples every run."""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("house")
