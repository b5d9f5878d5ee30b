"""Names of items that the visitors look at."""

import itertools

_NAMES = itertools.cycle(["apple", "pear", "plum"])


def next_name():
    return next(_NAMES)
