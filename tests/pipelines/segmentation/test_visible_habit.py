"""In dumps without a segmenter, the spaces within the lines decide about those at the line ends."""

import pytest

from pipelines.segmentation import normalize
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, wrap

SPACED = "红茶要让酶充分工作，前者约占干重的 0.5% 至 2%，后者占 5% 至 11%，长到 20 nm 再长到 100 nm，用 AI 看 40 s。"
HEAD = "2019年03月05日07:12　　来源：科普网\n\n"


@pytest.mark.parametrize("columns", range(40, 81, 3))
@pytest.mark.parametrize("text", [SPACED, SPACED.replace(" ", "")], ids=["spaced", "tight"])
def test_the_spaces_of_a_paragraph_decide_about_its_line_ends(text: str, columns: int) -> None:
    # The page's own style is the other one.
    others = [SPACED.replace(" ", "") if " " in text else SPACED] * 2
    paragraphs = [*others, text]
    dump = HEAD + "\n\n".join(
        "\n".join(wrap(each, Terminal(columns, Ambiguous.NARROW))) for each in paragraphs
    )
    assert normalize(dump)[-1].text == text
