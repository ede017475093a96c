"""Latin words, units and phrases: what tells a word that a segmenter cut from two that stood apart."""

import re

_UNITS = frozenset(
    "m km cm mm nm um μm kg g mg μg t L mL ml Hz kHz MHz GHz THz W kW MW GW kWh Wh V kV A mA mAh J kJ K Pa kPa MPa GPa B KB MB GB TB PB bp kb s ms min h dB mol rpm fps px ha".split())
_SUFFIXES = frozenset("G K D E C X S P p k x th st nd rd".split())


def is_unit(word: str) -> bool:
    """Whether the word is a unit of measurement that stands after a number."""
    return word in _UNITS


def is_suffix(word: str) -> bool:
    """Whether the word is a letter that makes one word with the number before it (`5G`, `3D`)."""
    return word in _SUFFIXES


def is_word(word: str) -> bool:
    """Whether the word is in the lexicon."""
    return False


def looks_whole(left: str, right: str) -> float:
    """The log-odds that two runs of letters are two words and not one that was cut."""
    if len(right) == 1:
        return 1.0 if right == "a" else -3.0
    if left[-1:].islower() and right[:1].isupper():
        return 3.0
    if left.isupper() and right.isupper():
        return -1.5
    if len(left) == 1:
        return -1.5
    if left[-1:].isupper() and right[:1].islower():
        return -2.5
    return 0.0
