"""MHTML that would take a parser too long or crash it is refused immediately, with a message."""

import time

import pytest

from pipelines.refusals import NotAnArticle
from pipelines.saved_pages import open_saved

HEAD = (
    b'Snapshot-Content-Location: http://a.example/\r\nContent-Type: multipart/related; boundary="B0"\r\n\r\n'
)
HOSTILE = {
    "levels": HEAD
    + b"".join(
        b'--B%d\r\nContent-Type: multipart/mixed; boundary="B%d"\r\n\r\n' % (n, n + 1) for n in range(3000)
    ),
    "cannot be read": HEAD + b"--B0\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 5000,
    "parts": HEAD + b"--B0\r\nContent-Type: image/gif\r\n\r\nx\r\n" * 20_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_it_is_refused_at_once(kind: str) -> None:
    begun = time.process_time()
    with pytest.raises(NotAnArticle, match=kind):
        open_saved(HOSTILE[kind])
    assert time.process_time() - begun < 1
