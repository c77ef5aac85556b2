"""The garbage collector of a process that serves: seldom, and never in what the program itself is made of."""

import gc

RARELY = 10_000  # new objects between two looks, which is 700 otherwise


def calm() -> None:
    """Do so from here on, once all is loaded.

    As Python sets it, a broadcast to 5,000 people makes it walk over every open page, for 0.2 s, and all pages wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(RARELY)
