"""Writing a file whole or not at all."""

import os
import stat


def write_whole(path: str, data: bytes) -> None:
    """Write a file by way of another beside it, so that no reader sees half of it; OSError leaves the old one.

    A link stays a link, permissions stay; a device or pipe is written as it is.
    """
    target = os.path.realpath(path)
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with open(target, "wb") as file:
            file.write(data)
        return
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        with open(temporary, "xb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, target)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
