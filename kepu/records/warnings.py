"""The warnings that an article can carry, each with a sentence that explains it."""

DRIFT = frozenset(
    {
        "layout_fallback",
        "no_headline",
        "no_date",
        "empty_body",
        "short_body",
        "chrome_suspect",
        "body_doubled",
        "body_split",
    }
)
"""Warnings of an article that a changed template of the site causes: they degrade a run, and replace nothing."""

WARNINGS = {
    "no_headline": "No headline was found.",
    "no_date": "No day of publication was found: not in the page, nor in its metas, nor in the URL.",
    "date_invalid": "A date is printed that there is not, such as 31 February.",
    "date_mismatch": "The printed day and that of the metas or URL are more than a day apart; the printed one is kept.",
    "date_future": "It is dated more than a day after it was fetched.",
    "no_source": "The page names no source (来源): older and local pages often do not. Nothing is wrong with the text.",
    "no_text": "No text and no picture was found.",
    "empty_body": "The body has no block at all.",
    "short_body": "The body has very few letters, and no picture, video or verse that would be why.",
    "body_doubled": "The page has its body twice; one of them is kept.",
    "body_split": "More of the text follows in an element that the layout does not name; it is read with the rest.",
    "chrome_suspect": "Words of the page around an article stand in the body, or most of it is links.",
    "layout_fallback": "The page has no layout that is known: its body was found by a guess.",
    "layout_fallback_unsure": "That guess is in doubt: little text, much left out, or two ways of guessing disagree.",
    "incomplete": "A part of an article of several pages could not be had.",
    "lossy_decode": "Some bytes are no letters in the page's charset and became U+FFFD.",
    "excluded_much": "More of the page was left out of the article than its layout usually makes necessary.",
    "line_left_out": "A line at either end was left out by a guess: its words are mostly those of calls or notices.",
    "outside_text": "A long run of letters that is no link stands outside the article: some of it may be missing.",
    "private_use": "The text has letters for private use, which mean nothing outside the font they were made for.",
    "damaged_text": "The text has U+FFFD in it.",
    "byline_damaged": "The byline or a name in it lost letters before it was published or saved.",
    "byline_guessed": "Nothing parts the names of the byline: they were parted by a guess, by surnames and lengths.",
    "marks_in_doubt": "A text dump has marks like [2] or ^2, perhaps of raised or lowered letters: they are kept.",
    "form_lossy": "The text dump's form does not show where paragraphs end or spaces stood: some were guessed.",
    "id_mismatch": "The page's contentid is not that of its URL.",
    "unstorable_characters": "NUL or lone surrogates were in it and became U+FFFD.",
}
"""What `Article.warnings` may hold, and what each means. An article with one is kept as any other."""
