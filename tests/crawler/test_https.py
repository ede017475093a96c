"""A host that serves pages only by https, over real TLS: the scheme is remembered, so each page takes one request."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.crawler.conftest import Trial
from tests.crawler.https_proxy import https_proxy

Make = Callable[..., Trial]
HOST = "kpzg.people.com.cn"


def test_a_host_that_redirects_to_https(trial: Make, all_ids: set[str], tmp_path: Path) -> None:
    crawl = trial()
    with https_proxy(crawl.replica.proxy_url, tmp_path, HOST) as proxy:
        url, authority = proxy.url, str(proxy.authority)
        refused = crawl.crawl("--sources", "home", http_proxy=url, https_proxy=url)
        assert refused.returncode == 13, "nobody vouches for the certificate"
        assert "certificate" in refused.stderr
        assert not crawl.ids()

        proxy.asked.clear()
        done = crawl.crawl(http_proxy=url, https_proxy=url, SSL_CERT_FILE=authority)
        assert done.returncode == 0, done.stderr
        assert crawl.ids() == all_ids
        assert crawl.report["complete"]
        plain = [one for one in proxy.asked if one.startswith(f"http://{HOST}/")]
        assert len(plain) <= 2, "robots.txt, and the page that waited for it"
        assert max(Counter(one for one in proxy.asked if "search" not in one).values()) == 1
        assert crawl.rows("SELECT DISTINCT substr(url, 1, 5) FROM articles") == [("http:",)], (
            "one key for both"
        )

        proxy.asked.clear()
        assert crawl.crawl(http_proxy=url, https_proxy=url, SSL_CERT_FILE=authority).returncode == 10
        assert not [one for one in proxy.asked if one.startswith(f"http://{HOST}/")]
        assert len(proxy.asked) <= 15
