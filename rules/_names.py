"""What a link name can look like."""


def usable(link_name: str) -> bool:
    """Whether a connection can have this link name: Sigma makes none that is empty or has white space in it."""
    return bool(link_name) and not any(character.isspace() for character in link_name)
