"""A gap at which THULAC cuts the whole word is its own; foreign references have spaces behind all marks."""

from pipelines.segmentation.dumps.readings.line_metrics import measure
from pipelines.segmentation.dumps.restore_paragraphs import paragraphs
from pipelines.segmentation.dumps.restored_blocks.cut_words import with_own_cuts
from pipelines.segmentation.dumps.w3m import Ambiguous

CUTS = {"montivagalis": (8, 12), "canislatrans": (12,)}


def test_a_gap_where_the_whole_word_is_cut_is_less_likely_a_space() -> None:
    block = measure(["Rosa montivag alis Canis latrans"], ambiguous=Ambiguous.WIDE)
    gaps = block.lines[0].gaps
    scores = dict.fromkeys(gaps, 0.8)
    changed = with_own_cuts(block, scores, lambda word: CUTS.get(word.lower(), (len(word),)))
    assert [block.text[gap + 1 :].split()[0] for gap in gaps if changed[gap] < 0] == ["alis"]


def test_a_foreign_reference_has_spaces_behind_all_its_marks() -> None:
    dump = (
        "　 参考 文献 ：\n\n　 [ 4 ] Lind A B , Moor C . A record of the snow line "
        "[ J ] . Cold Regions , 1994 , 25 ( 3 ) : 36 - 41 .\n\n"
        "　 雪线 是 一 条 看 不 见 的 线 ， 线 以上 的 雪 终年 不 化 。\n"
    )
    assert paragraphs(dump)[1].endswith("[J]. Cold Regions, 1994, 25(3): 36-41.")
