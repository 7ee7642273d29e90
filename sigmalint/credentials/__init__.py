"""Credentials in the sources: literals, their surroundings, and what they are worth. `finder.find` is the way in."""
