"""Programs as processes of their own that begin with their libraries imported.

A start of Scrapy costs a second of CPU, nearly all of it for imports, and the tests start hundreds of programs. So one
server per test process imports the libraries once and forks for each program. A forked program is a real process with
its own environment, folder and streams: it can be killed, stopped and waited for. What it leaves out is the start of
the interpreter. A program whose environment differs where the interpreter reads it at its start (language, `PYTHON…`)
is started in the ordinary way, and so is every program where the operating system is not Linux.

With KEPU_FORK_TESTS=0 in the environment, every program is started in the ordinary way.
"""

import atexit
import ctypes
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
ENTRY_POINTS = {
    "kepu": ("kepu.cli.main", "run"),
    "scrapy": ("scrapy.cmdline", "execute"),
    "demo.server": ("demo.server", "main"),
}
"""Program, or module that `python -m` runs → the module and the function that are called."""
CODE, SCRIPT = "-c", "script"
"""What `parted` calls the code of `python -c`, and a file of Python."""
PRELOADED = (
    "scrapy.cmdline",
    "scrapy.crawler",
    "scrapy.core.engine",
    "scrapy.core.downloader.handlers.datauri",
    "scrapy.core.downloader.handlers.file",
    "scrapy.core.downloader.handlers.ftp",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.downloader.handlers.s3",
    "scrapy.extensions.closespider",
    "scrapy.extensions.corestats",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.logcount",
    "scrapy.extensions.logstats",
    "scrapy.statscollectors",
    "scrapy.dupefilters",
    "scrapy.pqueues",
    "scrapy.squeues",
    "encodings.idna",
    "encodings.utf_8_sig",
    "demo.server",
)
"""What the server imports besides all modules of the four packages and of PRELOADED_PACKAGES."""
PRELOADED_PACKAGES = (
    "scrapy.commands",
    "scrapy.downloadermiddlewares",
    "scrapy.spidermiddlewares",
)
"""Packages of which Scrapy imports by name what the settings say, in each process."""
IMPORTED_WHEN_USED = (
    "archive.batch",
    "archive.corpus",
    "archive.datasette_plugin",
    "archive.export",
    "archive.report",
    "archive.web",
    "crawler.commands",
    "crawler.shards",
    "kepu.__main__",
    "kepu.locale",
)
"""Ours that the server leaves out: they load Datasette, Dask or Arrow, start threads, or are programs."""
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
ANSWER_SECONDS = 300
"""A server that does not answer for so long fails the test, which would otherwise wait for ever."""
LARGEST_REQUEST = 1 << 20
"""Bytes of the largest command with its environment."""


def read_at_start(environment: dict[str, str]) -> dict[str, str]:
    """Return the variables that the interpreter or the C library reads once, at the start of a process."""
    begins = ("LC_", "PYTHON", "LD_", "MALLOC_", "TZ", "OPENBLAS_", "OMP_")
    found = {name: value for name, value in environment.items() if name.startswith(begins)}
    language = environment.get("LANG", "")
    # Python reads and writes UTF-8 in the C locale too (PEP 538).
    return found | ({} if language in ("", "C", "POSIX", "C.UTF-8") else {"LANG": language})


def parted(command: list[str]) -> tuple[str, list[str]]:
    """Return the program of a command, a key of ENTRY_POINTS or another name, and its `sys.argv`.

    The code of `python -c` stands before the `sys.argv`.
    """
    if command[:2] == [sys.executable, "-m"]:
        return command[2], command[2:]
    if command[:2] == [sys.executable, "-c"]:
        return CODE, [command[2], "-c", *command[3:]]
    if command[0] == sys.executable and command[1].endswith(".py"):
        return SCRIPT, command[1:]
    path = Path(command[0])
    return path.name if path.parent == PROGRAMS else "", command


def adopt_orphans(wanted: bool) -> None:
    """Let processes whose parent has ended become children of this process, or of init as usual."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(wanted), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER) failed")


class ForkServer:
    """A server of one test process, started at its first program, and ended with this process."""

    def __init__(self, *modules: str) -> None:
        self.modules = modules
        """Modules that it imports besides those that all programs need."""
        self.socket: socket.socket | None = None
        self.environment: dict[str, str] = {}
        self.lock = threading.Lock()

    def start(self, environment: dict[str, str]) -> None:
        """Start the server with an environment; its programs become children of this process."""
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        subprocess.Popen(
            [sys.executable, __file__, str(its.fileno()), *self.modules],
            env={name: value for name, value in environment.items() if not name.startswith("KEPU_")},
            cwd=CHECKOUT,
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
        )
        its.close()
        ours.settimeout(ANSWER_SECONDS)
        self.socket, self.environment = ours, read_at_start(environment)

    def takes(self, program: str, environment: dict[str, str]) -> bool:
        """Tell whether a program can be forked with this environment."""
        if os.environ.get("KEPU_FORK_TESTS") == "0":
            return False
        if program not in (*ENTRY_POINTS, CODE, SCRIPT) or sys.platform != "linux":
            return False
        if self.socket is None:
            self.start(environment)
        return read_at_start(environment) == self.environment

    def fork(self, streams: list[int], **request: Any) -> int:
        """Start a program with its three standard streams, and return the number of its process."""
        assert self.socket is not None
        with self.lock:  # a test may start programs in threads
            # The program's first parent, a process of an instant, ends before the answer: the program is handed to us.
            adopt_orphans(True)
            socket.send_fds(self.socket, [json.dumps(request).encode()], streams)
            answer = self.socket.recv(100)
            adopt_orphans(False)  # other orphans go to the machine's init, which waits for them
        assert answer, "the fork server has ended: its traceback stands above"
        return int(answer)


SERVER = ForkServer()
READING_ROOM_SERVER = ForkServer(
    "archive.web.server",
    "archive.web.datasette_plugin",
    "archive.web.open_archive",
    "datasette.app",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.h11_impl",
)
"""The server for `kepu serve`: Datasette takes another second to import, and no other program needs it."""


class Popen(subprocess.Popen[str]):
    """`subprocess.Popen` of text streams, forked from the server where that is possible."""

    def _execute_child(self, args: Any, *rest: Any) -> None:
        # The parameters of CPython 3.11 to 3.14: the folder and the environment, and later the six ends of the pipes,
        # of which a process takes the first, fourth and sixth, or its parent's stream where an end is -1.
        folder, environment, pipes, own_session = rest[4], rest[5], rest[9:15], rest[20]
        environment = dict(os.environ if environment is None else environment)
        command = [os.fspath(word) for word in args]
        program, arguments = parted(command)
        server = READING_ROOM_SERVER if arguments[1:2] == ["serve"] else SERVER
        if not server.takes(program, environment):
            cast(Any, super())._execute_child(args, *rest)
            return
        ends = (pipes[0], pipes[3], pipes[5])
        streams = [end if end != -1 else standard for standard, end in enumerate(ends)]
        self.pid = server.fork(
            streams,
            program=program,
            arguments=arguments,
            environment=environment,
            folder=os.fspath(folder or Path.cwd()),
            own_session=own_session,
        )
        cast(Any, self)._child_created = True
        cast(Any, self)._close_pipe_fds(*pipes)


def run_program(
    command: Sequence[str | Path],
    *,
    capture_output: bool = False,
    timeout: float | None = None,
    check: bool = False,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Do what `subprocess.run` does, with a program that is forked where that is possible."""
    if capture_output:
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    given = options.pop("input", None)
    if given is not None:
        options["stdin"] = subprocess.PIPE
    with Popen(command, **options) as process:
        try:
            out, errors = process.communicate(given, timeout)
        except BaseException:
            process.kill()
            raise
    done = subprocess.CompletedProcess[Any](command, process.returncode, out, errors)
    if check:
        done.check_returncode()
    return done


def serve(channel: socket.socket) -> tuple[str, list[str], list[int]]:
    """Fork a program for each request; return in each of them: its name, its `sys.argv`, its standard streams."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, LARGEST_REQUEST, 3)
        if not request:
            os._exit(0)  # the tests have ended
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:
            program = os.fork()
            if program:
                os.write(writing, str(program).encode())
                os._exit(0)
            for descriptor in (channel.fileno(), reading, writing):
                os.close(descriptor)
            asked = json.loads(request)
            os.environ.clear()
            os.environ.update(asked["environment"])
            os.chdir(asked["folder"])
            if asked["own_session"]:
                os.setsid()
            return asked["program"], asked["arguments"], descriptors
        os.waitpid(between, 0)  # from here on the program is a child of the test process
        channel.send(os.read(reading, 100))
        for descriptor in (reading, writing, *descriptors):
            os.close(descriptor)


def take_streams(descriptors: list[int]) -> None:
    """Make three open files this process's standard streams."""
    for standard, descriptor in enumerate(descriptors):
        os.dup2(descriptor, standard)
    for descriptor in descriptors:
        os.close(descriptor)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8", "surrogateescape")
    for name, number, errors in (("stdout", 1, "surrogateescape"), ("stderr", 2, "backslashreplace")):
        file = io.BufferedWriter(io.FileIO(number, "w", closefd=False))
        setattr(
            sys, name, io.TextIOWrapper(file, "utf-8", errors, line_buffering=number == 2 or os.isatty(1))
        )
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # also where the tests run under nohup


def call(program: str, arguments: list[str]) -> object:
    """Run a program of `parted` in this process."""
    if program == CODE:
        code, *sys.argv = arguments
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
        return None
    sys.argv = arguments
    if program == SCRIPT:
        sys.path[0] = str(Path(arguments[0]).parent)
        runpy.run_path(arguments[0], run_name="__main__")
        return None
    module, function = ENTRY_POINTS[program]
    return cast(object, getattr(importlib.import_module(module), function)())


def end(status: object) -> None:
    """End this process as `sys.exit(status)` does, but let the operating system free its memory.

    The interpreter would free each object, which would copy all the memory that this process shares with the server.
    """
    if not isinstance(status, int | None):
        sys.exit(str(status))
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as the interpreter does
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the interpreter says so, and ends with another status
        sys.exit(status)
    os._exit((status or 0) & 0xFF)


def main() -> None:
    """Import the libraries, wait for programs, and in each of their processes run one."""
    sys.path[0] = str(PROGRAMS)  # as a console script has it
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads cannot be forked safely
    from kepu.fast_start import import_sqlite_utils

    import_sqlite_utils()  # as `kepu` does: with pandas it would load Arrow, which starts a thread
    for name in PRELOADED:
        importlib.import_module(name)
    for package in (*PRELOADED_PACKAGES, "kepu", "pipelines", "archive", "crawler"):
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not found.name.startswith(IMPORTED_WHEN_USED):
                importlib.import_module(found.name)
    for name in sys.argv[2:]:
        importlib.import_module(name)
    from archive import schema
    from archive.duplicates import equal_letters
    from archive.search import search_tokens

    equal_letters.table()  # these three are kept in memory once they were made
    schema.empty()
    list(search_tokens.tokens("冰"))
    assert "twisted.internet.reactor" not in sys.modules, "Twisted's reactor is of one process"
    threads = [Path(task, "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    assert len(threads) == 1, f"a library started threads: {threads}"
    gc.freeze()
    program, arguments, descriptors = serve(socket.socket(fileno=int(sys.argv[1])))
    take_streams(descriptors)
    importlib.reload(sys.modules["crawler.settings"])  # which reads the environment when it is imported
    status: object = None
    try:
        status = call(program, arguments)
    except SystemExit as ended:
        status = ended.code
    end(status)


if __name__ == "__main__":
    main()
