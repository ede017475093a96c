"""CDXJ: the sorted index of a WARC file with a line per record, plain or as gzip members with an index of their own.

The form is that of pywb and ReplayWeb.page: <https://specs.webrecorder.net/cdxj/0.1.0/>.
"""

import re
import zlib
from urllib.parse import quote, urlsplit

import orjson

from archive.captures.public_captures import PublicRecord

BLOCK = 300
"""Lines per gzip member, as in cdxj-indexer."""

COMPRESSED = "index.cdx.gz"
"""File name of the compressed lines, which the index of the members contains."""

_HOST_PREFIX = re.compile(r"^www\d*\.")
_PORTS = {"http": ":80", "https": ":443"}


def url_key(url: str) -> str:
    """Return the SURT key by which replay looks up a URL: `cn,com,people,kpzg)/n1/2024/0105/c1-2.html`.

    Host labels are in reverse order without `www.`, the rest is in lower case, and query parameters are sorted.
    """
    if url.startswith("urn:"):
        return url
    parts = urlsplit(url)
    host = _HOST_PREFIX.sub(
        "", parts.netloc.rpartition("@")[2].lower().removesuffix(_PORTS.get(parts.scheme, " "))
    )
    name, colon, port = host.partition(":")
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._").lower()
    query = "&".join(sorted(quote(parts.query, safe="/%:@!$&'()*+,;=~-._?").lower().split("&")))
    if len(path) > 1:
        path = path.removesuffix("/")
    return f"{','.join(reversed(name.split('.')))}{colon}{port}){path or '/'}{query and '?'}{query}"


def cdxj_line(record: PublicRecord, filename: str, offset: int, length: int) -> str:
    """Return the CDXJ line of a record whose gzip member begins at `offset` and has `length` bytes."""
    fields: dict[str, str | int] = {"url": record.url}
    if record.type == "revisit":
        fields["mime"] = "warc/revisit"
    elif record.media_type:
        fields["mime"] = record.media_type
    if record.status is not None:
        fields["status"] = str(record.status)
    if record.digest:
        fields["digest"] = f"sha256:{record.digest}"
    fields |= {"length": str(length), "offset": str(offset), "filename": filename}
    stamp = "".join(filter(str.isdecimal, record.at))[:14]
    return f"{url_key(record.url)} {stamp} {orjson.dumps(fields).decode()}\n"


def compressed_index(lines: list[str]) -> tuple[bytes, bytes]:
    """Return sorted lines as gzip members of BLOCK lines each, and the index of these members.

    They are the files `index.cdx.gz` and `index.idx` of a WACZ.
    """
    members: list[bytes] = []
    index_lines = [f'!meta 0 {{"format": "cdxj-gzip-1.0", "filename": "{COMPRESSED}"}}\n']
    offset = 0
    for n in range(0, len(lines), BLOCK):
        block = lines[n : n + BLOCK]
        packer = zlib.compressobj(wbits=31)
        members.append(packer.compress("".join(block).encode()) + packer.flush())
        place = orjson.dumps({"offset": offset, "length": len(members[-1])}).decode()
        index_lines.append(f"{block[0].partition('{')[0].strip()} {place}\n")
        offset += len(members[-1])
    return b"".join(members), "".join(index_lines).encode()
