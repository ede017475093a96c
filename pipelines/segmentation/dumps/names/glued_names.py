"""Divide names that w3m glued behind the roles of a byline: `本报记者林禾通讯员安宁仝晓` names three people."""

import re

from pipelines.chrome.fields.bylines import without_sign
from pipelines.chrome.fields.person_names import NOT_NAMES, SURNAMES_OF_TWO
from pipelines.segmentation.dumps.names.dump_names import divided_names

_HAN = "[\u4e00-\u9fff]"
_GLUED = re.compile(
    f"(?P<role>(?:{_HAN}{{0,14}}(?:记者|通讯员|实习生|作者|摄影)[：:]?)?)(?P<names>{_HAN}{{2,16}}?)"
    "(?P<done>(?:采写|撰写|报道|摄影报道|综合报道|整理|摄影|撰文)?)"
)
"""A run of Han without separators: a role, which may be missing, and names."""


def with_names_apart(byline: str) -> tuple[str, bool]:
    """Return a byline with spaces between the names behind its roles, and whether names had to be guessed.

    `byline` has spaces beside its roles (`with_roles_apart`). Names are divided by surnames and lengths; a name has at
    most three letters, or four with a surname of two. Names that cannot be divided are kept, as a guess. Lines
    with separators between names may have names of four letters, which are not divided; signs that open it are removed.
    """
    byline = without_sign(byline)
    roles = _ROLE.findall(byline)
    if not roles:
        return byline, False
    guessed = False
    parts = re.split("(\\s+|[、，,；;])", byline)
    shortest = 5 if re.search("[、，,；;]", byline) else 4
    for at, part in enumerate(parts):
        found = _GLUED.fullmatch(part)
        if found is None or _is_plain(found["names"], shortest):
            continue
        names = divided_names(found["names"])
        behind_role = found["role"] or _ROLE.search("".join(parts[max(0, at - 2) : at]).rstrip()[-3:])
        guessed |= len(names) > 1 or (not names and bool(behind_role) and len(found["names"]) > LONGEST_NAME)
        if len(names) > 1:
            done = found["done"] if found["done"] == "摄影" else ""
            parts[at] = f"{found['role']} {' '.join(names)} {done}".strip()
    return "".join(parts), guessed


_ROLE = re.compile("记者|通讯员|实习生|作者")
"""Matches a role before names."""


def _is_plain(names: str, shortest: int) -> bool:
    """Return whether a run of letters behind a role is a single name or no name at all."""
    if len(names) < shortest or NOT_NAMES.search(names) or _ROLE.search(names):
        return True
    return len(names) == LONGEST_NAME and names[:2] in SURNAMES_OF_TWO


LONGEST_NAME = 4
"""The letters of the longest name, which has a surname of two."""
