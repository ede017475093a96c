"""Find the title of an abstract that stands at its end, behind its last full stop."""

import re

TITLE_AFTER_STOP = 3.5
"""The log-odds of a space before a title at the end of an abstract."""


_TITLE = re.compile('(?<=[^0-9 \n]) ?\\.([ \n])[^.。！？!?]{4,160}[^.。！？!?…”")）:：;；,，]$')
"""Matches a full stop, a gap (group 1), and a title without full stops at the end of a text."""


def score_titles(text: str, spans: list[tuple[int, int]], scores: dict[int, float]) -> dict[int, float]:
    """Return the scores of the gaps before titles at the ends of spans, which are TITLE_AFTER_STOP.

    `spans` are (start, stop) in the folded text. Only gaps that have a score get the new one, whether it was higher or
    lower. Abstracts in half-width punctuation often end with their title, which has no full stop and follows a space.
    """
    found: dict[int, float] = {}
    for start, stop in spans:
        if "." not in text[start:stop]:
            continue
        title = _TITLE.search(text[start:stop])
        if title and start + title.start(1) in scores:
            found[start + title.start(1)] = TITLE_AFTER_STOP
    return found
