"""`kepu` and `scrapy` for shell scripts, to be put first on PATH: each is started by the process that runs the tests.

That process forks them where that is possible (see `tests.fork_server`). What the shell starts is a small program that
hands over its arguments, environment, folder and streams, waits, and ends with the status of the command.
"""

import json
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fork_server import PROGRAMS, Popen

NAMES = ("kepu", "scrapy")
LARGEST = 1 << 18
"""Bytes of the largest command with its environment."""
CLIENT = """#!{python} -SEs
import json, os, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as tests:
    tests.connect({address!r})
    asked = json.dumps([{name!r}, sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(tests, [asked], [0, 1, 2])
    sys.exit(int(tests.recv(16)))
"""


@contextmanager
def forked_commands() -> Iterator[str]:
    """Yield a folder for PATH whose commands work until the block ends."""
    with (
        tempfile.TemporaryDirectory(prefix="commands-") as folder,  # whose path is short enough for a socket
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening,
    ):
        address = f"{folder}/socket"
        for name in NAMES:
            command = Path(folder, name)
            command.write_text(CLIENT.format(python=sys.executable, address=address, name=name))
            command.chmod(0o755)
        listening.bind(address)
        listening.listen()
        threading.Thread(target=_accept, args=(listening,), daemon=True).start()
        try:
            yield folder
        finally:
            listening.shutdown(socket.SHUT_RDWR)  # which ends the thread


def _accept(listening: socket.socket) -> None:
    """Start a thread for each command, since a pipe may join several."""
    while True:
        try:
            asking = listening.accept()[0]
        except OSError:
            return
        threading.Thread(target=_run, args=(asking,), daemon=True).start()


def _run(asking: socket.socket) -> None:
    """Run one command, and send its status."""
    with asking:
        request, streams, _, _ = socket.recv_fds(asking, LARGEST, 3)
        name, arguments, folder, environment = json.loads(request)
        process = Popen(
            [PROGRAMS / name, *arguments],
            cwd=folder,
            env=environment,
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
        )
        for stream in streams:
            os.close(stream)
        status = process.wait()
        asking.send(b"%d" % (status if status >= 0 else 128 - status))
