"""Latin words, units and phrases: what tells a word that a segmenter cut from two that stood apart."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

UNITS = frozenset(
    """m km cm mm nm um μm kg g mg μg t L mL ml l Hz kHz MHz GHz THz W kW MW GW TW kWh MWh GWh Wh V kV A mA mAh
    Ah J kJ MJ K Pa kPa MPa GPa B KB MB GB TB PB KiB MiB GiB bp kb Mb Gb s ms h min d dB mol rpm fps px ha hm
    mmol μmol eV keV MeV GeV TeV Gbps Mbps kbps Tbps GT Nm N kN cal kcal mmHg mm2 km2 m2 m3 cm2 cm3 ppm""".split()
)
SUFFIXES = frozenset(
    ["G", "K", "D", "E", "C", "X", "S", "P", "p", "k", "x", "H", "R", "i", "a", "b", "th", "st", "nd", "rd"]
)
FACTORS = frozenset(
    ["k", "M", "G", "T", "m", "c", "n", "μ", "mA", "kW", "MW", "MP", "kP", "mm", "mmol", "Gb", "Mb"]
)
"""Beginnings of units, at which segmenters cut them (`15.4k Wh`)."""
NUMBERED = frozenset(
    """iPhone iPad iOS iPadOS macOS watchOS Windows Android HarmonyOS EMUI MIUI ColorOS Llama LLaMA Python Ubuntu
    Debian Fedora Mate Nova Galaxy Pixel RTX GTX Gen USB Bluetooth Fi Microsoft PyTorch TensorFlow CUDA Java PHP
    Claude Gemini Qwen Grok Kimi Pro Max Ultra Note Xbox PlayStation Switch Office Photoshop Apollo Voyager Falcon
    Boeing Airbus Model Figure Fig Table Phase Type Level Version Chapter Part Web ISO ISBN ISSN CN No RFC Vue
    React Angular Node Kindle Surface Nexus Redmi Reno Find Core Ryzen Xeon Snapdragon Dimensity Kirin Series
    Mk Vol Sora DALL Midjourney Python Java Kotlin Swift Go Rust Ruby Perl HTML CSS SQL MySQL Redis Chrome Firefox""".split()
)
"""Names that a number follows after a space."""
GLUED = frozenset(
    "PM MP IPv CO SO NO NH CH DF CD IL TNF ARJ CRJ SARS MH CA MU CZ HU FM AM B A H C F J K N O Q T V v n c p q x y".split()
)
"""Names that a number follows at once (`PM2.5`, `MP3`, `IPv6`, `CO2`)."""

_RUN = re.compile("[^\\W\\d_]+")


ABBREVIATIONS = frozenset("sp spp var et al v vs cv subsp".split())
"""Short words that stand apart from the longer one before them."""


@cache
def words() -> frozenset[str]:
    """The Latin words of `latin.txt`, all in lower case."""
    return frozenset(word.lower() for word in _entries())


@cache
def names() -> frozenset[str]:
    """The entries of `latin.txt` with a capital inside (`QuickTime`), as they are."""
    return frozenset(word for word in _entries() if not word[1:].islower() and len(word) > 2)


def _entries() -> list[str]:
    text = files("pipelines.segmentation").joinpath("latin.txt").read_text(encoding="utf-8")
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]


def is_word(word: str) -> bool:
    """Whether the word is in the lexicon, in any case."""
    return word.lower() in words()


def looks_whole(left: str, right: str) -> float:
    """The log-odds that two runs of letters are two words and not one that a segmenter cut."""
    known_left, known_right = is_word(left), is_word(right)
    joined = left + right
    if joined in names():
        return -5.0
    if is_word(joined) and len(joined) > 3 and not (known_left and known_right and len(right) > 2):
        return -5.0
    if right in ABBREVIATIONS and len(left) >= 4:
        return 2.5
    if known_left and known_right:
        return 4.0
    if len(left) == 1:
        return (
            1.0 if left.isupper() and right[:1].isupper() and right[1:].islower() and len(right) > 3 else -2.0
        )
    if left[-1:].islower() and right[:1].isupper():
        return 3.0
    if left.isupper() and right.isupper():
        return 0.5 if len(left) >= 2 and len(right) >= 3 else -1.5
    if len(right) <= 2:
        return 1.5 if known_left and known_right else -3.0
    if left[-1:].isupper() and right[:1].islower():
        return 2.5 if known_right else 0.0
    if known_left or known_right:
        known, other = (left, right) if known_left else (right, left)
        return 1.5 if len(other) >= 4 and len(known) >= 3 else 0.0
    return 0.8 if min(len(left), len(right)) >= 4 else -1.0
