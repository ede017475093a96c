"""The accounts of characters are merged and restored, or made again from captures."""

import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from archive.captures import folder_for
from archive.explain_article import of_article
from archive.merge import merge
from archive.restore import restore
from archive.store import Store, reading
from archive.store_letter_accounts import read, take_over
from kepu.records import Account, Page
from pipelines.build_article import article_from_page, normalize
from pipelines.validate import validate
from tests.archive.test_restore import page


def with_promotion(n: int, version: int = 1) -> Page:
    made = page(n, version)
    more = f'<p>更多精彩内容，请下载科普中国客户端。</p><p style="display:none">第{version}稿</p></div></div></body>'
    made.body = made.body.replace(b"</div></div></body>", more.encode())
    capture = made.capture
    assert capture is not None
    made.capture = replace(capture, body=made.body, payload_sha256=sha256(made.body).hexdigest())
    return made


def keep(path: Path, pages: list[Page]) -> dict[str, Account]:
    """Store pages in an archive; return the account of the last page of each article."""
    found = {}
    with Store(path, new=not path.exists()) as archive:
        for each in pages:
            article = validate(normalize(article_from_page(each)))
            assert each.capture is not None
            archive.put(article, [each.capture], each.account)
            assert each.account is not None
            found[article.id] = each.account
    return found


def accounts(path: Path, ids: list[str]) -> list[Account | None]:
    with reading(path) as db:
        return [read(db, id_) for id_ in ids]


def test_merged_and_restored_archives_have_the_accounts(tmp_path: Path) -> None:
    here, there, again = (tmp_path / name / "kepu.db" for name in ("here", "there", "again"))
    for path in (here, there, again):
        path.parent.mkdir()
    made = keep(here, [with_promotion(40153001), with_promotion(40153002)])
    made |= keep(there, [with_promotion(40153002, version=2), with_promotion(40153003)])
    ids = sorted(made)
    assert merge(here, there).new == 1
    assert accounts(here, ids) == [made[id_] for id_ in ids]
    assert any(each.rule == "promotion" for each in made[ids[0]].excluded)
    with Store(here) as archive, reading(there) as other, archive.remembering():
        assert take_over(archive.db, other) == 0, "done twice, it changes nothing"

    with reading(here) as db:
        lines = of_article(db, folder_for(here), ids[0])
    assert [each.name for each in lines if each.text.startswith("更多精彩内容")] == ["promotion"]
    assert sum(each.letters for each in lines) == made[ids[0]].letters

    shutil.copytree(folder_for(here), folder_for(again))
    restore((), again)
    assert accounts(again, ids) == [made[id_] for id_ in ids]
