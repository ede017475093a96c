"""The warnings that an article can have, each with a sentence that explains it."""

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
"""Warnings that a redesign of the site causes; if they are frequent, the run counts as degraded."""

WARNINGS = {
    "no_headline": "No headline was found.",
    "no_date": "No day of publication was found in the page, its meta tags or its URL.",
    "date_invalid": "The printed date does not exist, such as 31 February.",
    "date_mismatch": "The printed day differs by over a day from the meta tags or the URL; the printed one is kept.",
    "date_future": "The article is dated more than a day after it was fetched.",
    "no_source": "The page does not name a source (来源), as on many older and local pages; the text is not affected.",
    "no_text": "The page has neither text nor pictures.",
    "empty_body": "The body has no paragraph, picture, table or other block.",
    "short_body": "The body has very few characters, and no picture, video or verse that explains it.",
    "body_doubled": "The page has the body twice; one copy is kept.",
    "body_split": "The text continues in an element outside the layout's body; both are read.",
    "chrome_suspect": "The body contains words typical of navigation, or consists mostly of links.",
    "layout_fallback": "The page has no known layout; its body was found by heuristics.",
    "layout_fallback_unsure": "The heuristics are uncertain: little text, much left out, or two methods disagree.",
    "incomplete": "A page of a multi-page article could not be fetched.",
    "lossy_decode": "Some bytes are invalid in the page's charset and became U+FFFD.",
    "excluded_much": "More of the page was left out of the article than is usual for its layout.",
    "line_left_out": "A line at the beginning or end was left out because it looks like a notice or an advertisement.",
    "outside_text": "There is a long run of unlinked text outside the article, which may be a missing part of it.",
    "private_use": "The text has private-use characters, which are meaningless without the font that defines them.",
    "damaged_text": "The text contains U+FFFD.",
    "byline_damaged": "The byline lost characters before it was published or saved.",
    "letter_lost": "The dump lacks a letter outside GB2312 in a title or in the text, or has others in its place.",
    "byline_guessed": "The names in the byline are not separated; they were split by surnames and lengths.",
    "headline_guessed": "The text dump shows two titles; their words alone suggested which of them is the headline.",
    "end_in_doubt": "The text dump ends with a short line, perhaps the title of another article; it is kept.",
    "text_unread": "Text between the title and the editors' line of the dump is in no block or field, without a rule.",
    "marks_in_doubt": "The text dump has marks like [2] or ^2, perhaps superscripts or subscripts; they are kept.",
    "table_in_doubt": "Lines of the text dump may be rows of a table, but nothing shows where their cells end.",
    "form_lossy": "The text dump does not show all ends of paragraphs or all spaces; some were guessed.",
    "id_mismatch": "The contentid in the page differs from the one in its URL.",
    "unstorable_characters": "NUL or lone surrogates were replaced by U+FFFD.",
}
"""Map each name that `Article.warnings` may contain to its meaning. Articles with warnings are stored like others."""
