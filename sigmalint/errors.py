"""The errors that a user can put right."""


class UserError(Exception):
    """Something about the paths, the configuration or the installation; the text says what, in one line for the user."""
