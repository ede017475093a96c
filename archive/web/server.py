"""Serve the reading room: bind the sockets before anything is announced, and shut down cleanly."""

import asyncio
import contextlib
import errno
import signal
import socket
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

import uvicorn

from archive.export.rights_gate import RightsNotAccepted
from archive.web.application import application
from kepu.errors import ArchiveError
from kepu.messages import say

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Addresses that only this machine can reach."""

LONGEST_LINE = 256 * 1024
"""Maximum number of bytes of a request's line and headers, large enough for guard.py to answer with its message."""


class PortInUse(ArchiveError):
    """The server cannot listen on the address."""

    code = "port_in_use"


def serve(
    paths: Sequence[Path],
    host: str,
    port: int,
    *,
    open_browser: bool,
    tell: Callable[[str], object],
    accept_rights: bool = False,
    downloads: bool = False,
) -> None:
    """Serve the archives at `paths` until Ctrl-C or SIGTERM, each on its own port, from `port` upwards.

    Port 0 uses free ports. `tell` is called with each URL.

    On loopback everything can be downloaded. On another address anyone who reaches the port can read the articles, so
    `accept_rights` is required, and whole results and tables can be downloaded only with `downloads`. Raises
    RightsNotAccepted, and PortInUse if the server cannot listen on the address.
    """
    is_alone = host in LOOPBACK
    if not (is_alone or accept_rights):
        raise RightsNotAccepted(
            "on {host} others on the network can read the articles, which belong to their publisher: confirm with "
            "--accept-rights that you may show them, or leave out --host.",
            host=host,
        )
    with contextlib.ExitStack() as stack:
        servers = []
        for n, path in enumerate(paths):
            listening = stack.enter_context(contextlib.closing(listen(host, port and port + n)))
            port_ = listening.getsockname()[1]
            url = _url(_HERE.get(host, host), port_)
            if len(paths) > 1:
                tell(say("{path}:", path=path))
            tell(say("The reading room is open at {url} (Ctrl-C closes it).", url=url))
            if host in _HERE and (names := own_names()):
                tell(say("Others reach it at {urls}", urls=" ".join(_url(name, port_) for name in names)))
            config = _config(path, any_host=not is_alone, downloads=is_alone or downloads)
            servers.append((_Server(config), listening))
            if open_browser:
                webbrowser.open(url)
        if not is_alone:
            tell(
                say(
                    "It listens on {host}, not on this machine alone: whoever reaches it can read the whole archive "
                    "without a password. The articles are under copyright.",
                    host=host,
                )
            )
        with _closing_at_signals([server for server, _ in servers]):
            asyncio.run(_serve_all(servers))
        tell(say("The reading room is closed."))


_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""Addresses that mean all interfaces, and the address under which this machine reaches itself."""


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def own_names() -> list[str]:
    """Return the names of this machine: the address that it uses towards others, if there is one, and its host name."""
    found = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        # A documentation address (RFC 5737): nothing is sent, but the system chooses its own address.
        asking.connect(("192.0.2.1", 9))
        found.append(asking.getsockname()[0])
    name = socket.gethostname()
    return found + ([name] if name not in LOOPBACK else [])


def _config(path: Path, *, any_host: bool, downloads: bool) -> uvicorn.Config:
    return uvicorn.Config(
        application(path, any_host=any_host, downloads=downloads),
        log_level="warning",
        access_log=False,
        lifespan="on",
        server_header=False,
        h11_max_incomplete_event_size=LONGEST_LINE,
        timeout_graceful_shutdown=3,
    )


class _Server(uvicorn.Server):
    """A server that ends normally at Ctrl-C and SIGTERM; uvicorn's own raises the signal again when it closes."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: _closing_at_signals handles the signals."""
        yield


async def _serve_all(servers: Sequence[tuple[_Server, socket.socket]]) -> None:
    await asyncio.gather(*(server.serve(sockets=[listening]) for server, listening in servers))


@contextlib.contextmanager
def _closing_at_signals(servers: Sequence[_Server]) -> Iterator[None]:
    """Close all servers at the first signal; a second Ctrl-C closes them immediately."""

    def close(number: int, frame: FrameType | None) -> None:
        for server in servers:
            server.handle_exit(number, frame)

    before = {number: signal.signal(number, close) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises PortInUse, with advice, if the address is in use or cannot be listened on."""
    try:
        return _listening(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"port {port} of {host} is in use: give another with --port, or --port 0 for any that is free."
        else:
            message = f"cannot listen on {host}, port {port}: {error.strerror or error}; give another --host or --port."
        raise PortInUse(message) from error


def _listening(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # asyncio turns off Nagle's algorithm, which costs 40 ms per answer, only if the protocol is given.
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening
