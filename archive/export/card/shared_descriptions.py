"""Sentences that several describing files share."""

DATASET = "people-science"
"""The name of the data set, with characters that are valid in file names and URLs."""

ABOUT = {
    True: "Articles of the science channel of People's Daily Online (人民网科普中国), with their texts, as its "
    "pages had them. The texts are the publisher's or their sources'; this data set grants nothing and may not be "
    "published.",
    False: "What is known of the articles of the science channel of People's Daily Online (人民网科普中国): titles, "
    "dates, names, sources, links, lengths, digests and likeness. The texts themselves are not in it.",
}
"""The description of an export with texts (True) and of one without (False)."""

COLLECTION = (
    "The public pages of the channel were fetched one at a time by kepu-archive, which keeps to robots.txt and its "
    "crawl delay, asks with conditional requests, and rests when it is refused. The article was cut out of each page "
    "by the selectors of its layout; letters are as the page has them. Saved pages and text dumps may have been "
    "imported beside them: `provenance.layout` is `dump` for these."
)
"""How the data were collected, for the data card and Croissant."""

RAW = "HTML pages in GB2312, GBK or UTF-8; where captures were kept, `provenance.warc` names them."
"""What the raw data are."""

PEOPLE = (
    "Names of journalists, authors and editors as printed (`byline`, `author`, `editor`), and of people whom the "
    "articles are about. Nothing was added to them, and nothing is known of them beside what was printed."
)
"""Which personal data an export has."""

LIMITS = (
    "One publisher's view: what it chose to print, reprint and keep. No sample of Chinese, nor of science news.",
    "An article that was gone before the first crawl is not there. An edited one is there as it was last seen.",
    "Near duplicates are found by what their texts share: a story that was written anew is not known as the same.",
    "Keywords are made by the site's machine. Where a page prints 00:00 only the day is known.",
    "It is no proof of any fact of science: news of its day, some of it superseded.",
)
"""The limits of the data, one sentence or two each."""

TAKEDOWN = (
    "An article is taken out for good with `kepu forget`; the next export has a new MAJOR version and lists its id "
    "under `tombstones` in manifest.json. Whoever holds an older version should delete these articles from it."
)
"""How articles are taken down."""

GATE = (
    "The texts are under the copyright of 人民网 or of the sources that they name (未经书面授权禁止使用). This "
    "data set grants no rights in them. By asking for access you say that you have a right to use them where you "
    "are, for example for private research, that you will not publish them, and that you will delete what is taken "
    "down."
)
"""The terms that the Hugging Face hub shows before it gives access to an export with texts."""
