"""A proxy in front of a replica that serves some hosts only by https, with real TLS, and redirects their http URLs."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import trustme

CLOSES = "Connection: close\r\nContent-Length: 0\r\n\r\n"
HOP_BY_HOP = {"connection", "proxy-connection", "transfer-encoding", "content-length", "keep-alive"}


@dataclass(slots=True)
class HttpsProxy:
    """A running proxy: set `http_proxy` and `https_proxy` to `url`, and `SSL_CERT_FILE` to `authority`."""

    hosts: frozenset[str]
    backend: str
    authority: Path
    tls: ssl.SSLContext
    url: str = ""
    asked: list[str] = field(default_factory=list)
    """The URLs that were requested, with their schemes."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection to its end."""
        tunnel = ""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
                if method == "CONNECT":
                    tunnel = target.rpartition(":")[0]
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    await writer.start_tls(self.tls)
                    continue
                url = f"https://{tunnel}{target}" if tunnel else target
                headers = dict(
                    line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:] if line
                )
                length = next((int(v) for k, v in headers.items() if k.lower() == "content-length"), 0)
                writer.write(await self.answer(method, url, headers, await reader.readexactly(length)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> bytes:
        """Return the bytes of a response: a redirect for an http URL of one of `hosts`, else the replica's response."""
        self.asked.append(url)
        host = urlsplit(url).hostname or ""
        if host in self.hosts and url.startswith("http:"):
            return f"HTTP/1.1 301 Moved Permanently\r\nLocation: https{url[4:]}\r\n{CLOSES}".encode()
        kept = {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.request(
                method,
                url.replace("https:", "http:", 1),
                headers=kept,
                data=body or None,
                proxy=self.backend,
                allow_redirects=False,
            ) as response,
        ):
            content = await response.read()
            lines = [f"HTTP/1.1 {response.status} {response.reason}", f"Content-Length: {len(content)}"]
            lines += [f"{k}: {v}" for k, v in response.headers.items() if k.lower() not in HOP_BY_HOP]
            return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


@contextmanager
def https_proxy(backend: str, folder: Path, *hosts: str) -> Iterator[HttpsProxy]:
    """Run the proxy in a thread, with certificates from an authority that is created for it."""
    authority = trustme.CA()
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(tls)
    proxy = HttpsProxy(frozenset(hosts), backend, path, tls)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(proxy.serve, "127.0.0.1", 0))
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)
        server.close()
