"""The canonical text: each row of the table, and properties of every text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.segmentation.text.canonical_text import canonical, canonical_text, offset_runs

ROWS = [
    ("cafe\u0301与咖啡", "caf\u00e9与咖啡"),
    ("零\u200b宽\ufeff字", "零宽字"),
    ("ＡＩ在２０２３年", "AI在2023年"),
    ("方\u3000敏", "方敏"),
    ("\u3000\u3000段首", "段首"),
    ("RTX\u00a04090", "RTX 4090"),
    ("用 AI 画画", "用AI画画"),
    ("ＡＩ 画画", "AI画画"),
    ("你好, 世界", "你好，世界"),
    ("真的?!是的.", "真的？！是的."),
    ("规划(草案)发布", "规划（草案）发布"),
    ("规划(草案)", "规划（草案）"),
    ("规划(2021版)发布", "规划(2021版)发布"),
    ("人工智能(AIGC)，", "人工智能(AIGC)，"),
    ("比分3:2", "比分3:2"),
    ("甲 乙", "甲 乙"),
    ("甲\t乙\n丙", "甲\t乙\n丙"),
    ("“双子座”·《自然》－人民网", "“双子座”·《自然》－人民网"),
    ("\u212a 级", "K级"),
]


@pytest.mark.parametrize(("text", "wanted"), ROWS)
def test_each_row_of_the_table_changes_the_text_as_stated(text: str, wanted: str) -> None:
    assert canonical_text(text) == wanted


TEXTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("汉字，。“”（(),:;?! \n\tＡ１a1é\u0301か\u3099"),
        st.sampled_from("\u3000\u00a0\u200b\u1100\u1161\u11a8\u037e\u0b92\u0bd7"),
    )
)


@given(TEXTS)
def test_the_canonical_text_of_a_canonical_text_is_the_same(text: str) -> None:
    once = canonical_text(text)
    assert canonical_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(TEXTS)
def test_each_offset_points_at_the_character_it_came_from(text: str) -> None:
    done, offsets = canonical(text)
    assert done == canonical_text(text)
    assert len(offsets) == len(done) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    # A character that the table leaves alone is found at its offset.
    for char, at in zip(done, offsets, strict=False):
        if "\u4e00" <= char <= "\u9fff":
            assert unicodedata.normalize("NFC", text[at]) == char or not unicodedata.is_normalized(
                "NFC", text
            )


@given(TEXTS)
def test_only_the_table_changes_letters(text: str) -> None:
    """Without white space and folded by NFKC, the canonical text equals the text."""

    def bare(value: str) -> str:
        kept = [c for c in unicodedata.normalize("NFKC", value) if not c.isspace()]
        return unicodedata.normalize("NFKC", "".join(c for c in kept if unicodedata.category(c) != "Cf"))

    assert bare(canonical_text(text)) == bare(text)


@given(st.text(alphabet="汉字，。,.:()（） \u3000\u00a0\u200bAb1Ａ１e\u0301\n", max_size=60))
def test_the_short_form_of_the_offsets_expands_to_them(text: str) -> None:
    done, offsets = canonical(text)
    same, runs = offset_runs(text)
    assert same == done
    followed = []
    for k in range(len(done) + 1):
        i, j = [run for run in ([0, 0], *runs) if run[0] <= k][-1]
        followed.append(j + k - i)
    assert followed == (offsets if done != text else list(range(len(text) + 1)))


@given(
    st.lists(
        st.sampled_from(["e\u0301", "é", "ü", "u\u0308", "ж", "가", "\u1100\u1161", "か\u3099", "冰", "a"]),
        max_size=12,
    )
)
def test_offsets_are_right_for_every_letter_of_a_run_with_a_decomposed_one(letters: list[str]) -> None:
    done, offsets = canonical("".join(letters))
    starts = [sum(map(len, letters[:n])) for n in range(len(letters) + 1)]
    assert offsets == starts
    assert len(done) == len(letters)
