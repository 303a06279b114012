"""How often Python's collector of garbage looks for circles in what a process has made."""

import gc

_OBJECTS_BETWEEN_LOOKS = 20_000


def look_rarely() -> None:
    """
    Leave alone what is loaded, and look through what comes after it a thirtieth as often.

    What is answered or taken over is forgotten by counting references; to look for circles in it
    as often as Python does by itself costs a twentieth of a check and of an act of an import.
    Called once, when a process that serves or works is ready.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)
