"""The garbage collector of a process that serves: it runs seldom, and never over what the program itself is made of."""

import gc

ALLOCATIONS = 10_000  # between two runs; Python's own default is 700


def tune() -> None:
    """Exempt what is loaded by now, and run seldom from here on.

    With Python's defaults a broadcast to 5,000 people makes it walk over every open page, and all pages wait for 0.2 s.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS)
