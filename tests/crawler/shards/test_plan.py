"""Channels are assigned to shards, and a shard is crawled by `kepu crawl --shard`."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import demo
from crawler.channels.channel_config import Channel, ChannelSources
from crawler.shards import shard_plan
from demo.spread import write_channels
from tests.fork_server import Popen

Run = Callable[..., Any]


def channel(name: str, *hosts: str, requests: int = 1000, search: str | None = None) -> Channel:
    home, sources = f"http://{hosts[0]}/", ChannelSources(search=search)
    return Channel(name, name, home, hosts, name, name, sources=sources, requests=requests)


@given(
    st.lists(
        st.tuples(st.sets(st.integers(0, 40), min_size=1, max_size=3), st.integers(1, 5000)),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 6),
)
def test_no_host_is_in_two_shards_and_connected_channels_stay_together(
    made: list[tuple[set[int], int]], shards: int
) -> None:
    channels = {
        f"c{n}": channel(f"c{n}", *(f"h{host}.example.org" for host in sorted(hosts)), requests=requests)
        for n, (hosts, requests) in enumerate(made)
    }
    dealt = shard_plan.deal(shard_plan.components(channels), shards)
    plan = shard_plan.ShardPlan(Path("plan.toml"), shards, tuple(dealt))
    shard_of = plan.shard_of()
    assert sum(len(one.hosts) for one in dealt) == len(shard_of)
    assert sorted(name for one in dealt for name in one.channels) == sorted(channels)
    for one in dealt:
        for name in one.channels:
            assert {shard_of[host] for host in channels[name].all_hosts} == {one.shard}


def test_a_shared_search_host_joins_channels() -> None:
    api = "http://search.people.cn/search"
    channels = {name: channel(name, f"{name}.people.com.cn", search=api) for name in ("a", "b")}
    channels["c"] = channel("c", "c.example.org")
    assert sorted(len(one.channels) for one in shard_plan.components(channels)) == [1, 2]


def test_added_channels_move_nothing_and_loads_are_even(tmp_path: Path) -> None:
    files = [str(path) for path in write_channels(tmp_path / "channels", 240, sites=3)]
    out = tmp_path / "plan.toml"
    first = shard_plan.make(files[:200], 4, out)
    loads = [sum(one.requests for one in first.of_shard(n)) for n in range(4)]
    assert max(loads) <= 1.25 * sum(loads) / 4
    second = shard_plan.make(files, 4, out)
    assert shard_plan.read(out).components == second.components
    before, after = first.shard_of(), second.shard_of()
    assert all(after[host] == shard for host, shard in before.items())
    # Without the earlier plan, rendezvous hashing alone moves only a few channels.
    fresh = shard_plan.make(files[:201], 4, tmp_path / "channels" / "other.toml").shard_of()
    assert sum(fresh[host] != shard for host, shard in before.items()) <= 4
    fifth = shard_plan.make(files[:200], 5, tmp_path / "five.toml").shard_of()
    assert sum(fifth[host] != shard for host, shard in before.items()) <= 80


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a plan"),
        ("version = 2\nshards = 1\ncomponent = []", "version 2"),
        (
            "version = 1\nshards = 1\n[[component]]\nshard = 1\nrequests = 1\nchannels = []\nhosts = []",
            "0 to 0",
        ),
    ],
)
def test_an_invalid_plan_is_reported_with_its_path(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    with pytest.raises(shard_plan.WrongPlan, match=says) as error:
        shard_plan.read(path)
    assert str(path) in str(error.value)


def test_a_shard_is_an_ordinary_crawl_of_all_its_channels(tmp_path: Path, run: Run) -> None:
    write_channels(tmp_path / "channels", 6, sites=2)
    with demo.running_replica(size=66, crawl_delay=0.05, hosts=6, sites=2, start=Popen) as replica:
        files = sorted(map(str, (tmp_path / "channels").iterdir()))
        made = run("kepu", "shards", "plan", *files, "--shards", "2", "--out", tmp_path / "plan.toml")
        assert made.returncode == 0, made.stderr
        plan = shard_plan.read(tmp_path / "plan.toml")
        found: dict[str, str] = {}
        for number in range(2):
            db = tmp_path / f"{number}.db"
            shard = f"{tmp_path / 'plan.toml'}:{number}"
            result = run("kepu", "crawl", "--shard", shard, "--db", db, proxy=replica.proxy_url)
            assert result.returncode == 0, result.stderr + result.stdout
            hosts = {host for one in plan.of_shard(number) for host in one.hosts}
            with sqlite3.connect(db) as conn:
                rows = conn.execute(
                    "SELECT id, url, json_extract(rights, '$.copyright_holder') FROM articles"
                ).fetchall()
            for id_, url, holder in rows:
                host = url.split("/")[2]
                assert host in hosts
                assert holder == host
                assert ("@example.cn/" in id_) == host.endswith("example.cn")
                found[id_] = url
        assert len(found) == 66
        # After the plan has changed, the archive of shard 0 is refused, because its hosts are in another shard.
        text = (tmp_path / "plan.toml").read_text()
        swapped = (
            text.replace("shard = 0", "shard = x").replace("shard = 1", "shard = 0").replace("x", "1", 3)
        )
        (tmp_path / "plan.toml").write_text(swapped.replace("shard = x", "shard = 1"))
        refused = run(
            "kepu", "crawl", "--shard", f"{tmp_path / 'plan.toml'}:0", "--db", tmp_path / "0.db",
            proxy=replica.proxy_url,
        )  # fmt: skip
        assert refused.returncode == 2
        assert "the plan changed" in refused.stderr
        assert refused.stderr.count("\n") == 1
