"""Deploy our egg to a real scrapyd, in a virtual environment of its own, and check that it crawls a replica.

python -m bench.scrapyd        (installs scrapyd from the package index into bench-data/scrapyd)
"""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import venv
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import demo

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDER = CHECKOUT / "bench-data" / "scrapyd"
PYTHON = FOLDER / "venv" / "bin" / "python"
PATIENCE = 120
"""Maximum number of seconds to wait."""


def install() -> None:
    """Create the virtual environment with our locked dependencies, scrapyd and this checkout, once per lock file."""
    lock, installed = (CHECKOUT / "requirements.txt").read_bytes(), FOLDER / "installed"
    if installed.exists() and installed.read_bytes() == lock:
        return
    venv.create(FOLDER / "venv", clear=True)
    pip = [sys.executable, "-m", "pip"] if _has_pip() else ["python3", "-m", "pip"]
    pip += ["--python", str(PYTHON), "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", CHECKOUT / "requirements.txt"], check=True)
    subprocess.run([*pip, "scrapyd>=1.6", "setuptools<81", "hatchling", "editables"], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", CHECKOUT], check=True)
    installed.write_bytes(lock)


def _has_pip() -> bool:
    return (
        subprocess.run([sys.executable, "-m", "pip", "-V"], capture_output=True, check=False).returncode == 0
    )


def call(url: str, data: bytes | None = None, content_type: str | None = None) -> Any:
    """Send a request to scrapyd; return its JSON."""
    request = Request(url, data, {"Content-Type": content_type} if content_type else {})
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        return json.loads(answer.read())


def form(egg: Path) -> tuple[bytes, str]:
    """Return the body and the Content-Type of the form that adds an egg."""
    border = "kepukepukepu"
    head = "".join(
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"project": "kepu", "version": "1"}.items()
    )
    head += f'--{border}\r\nContent-Disposition: form-data; name="egg"; filename="kepu.egg"\r\n\r\n'
    return (
        head.encode() + egg.read_bytes() + f"\r\n--{border}--\r\n".encode(),
        f"multipart/form-data; boundary={border}",
    )


def main() -> None:
    """Deploy the egg, schedule a crawl, wait for it, and count the articles."""
    install()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    conf = (CHECKOUT / "deploy/scrapyd/scrapyd.conf").read_text(encoding="utf-8").replace("6800", str(port))
    (FOLDER / "scrapyd.conf").write_text(conf, encoding="utf-8")
    database, egg = FOLDER / "kepu.db", FOLDER / "kepu.egg"
    for old in FOLDER.glob("kepu*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    subprocess.run([PYTHON, CHECKOUT / "deploy/scrapyd/egg.py", egg], check=True)
    with ExitStack() as stack:
        replica = stack.enter_context(demo.running_replica())
        kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        environment = kept | {"http_proxy": replica.proxy_url, "KEPU_DELAY_SCALE": "0"}
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": FOLDER}
        scrapyd = subprocess.Popen([PYTHON.with_name("scrapyd")], env=environment, **quiet)
        stack.callback(scrapyd.wait, 20)
        stack.callback(scrapyd.terminate)
        print(crawl(f"http://127.0.0.1:{port}", egg, database))
    with sqlite3.connect(database) as db:
        (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
    print(f"{articles} articles of {len(demo.articles())}")
    sys.exit(articles != len(demo.articles()))


def crawl(scrapyd: str, egg: Path, database: Path) -> str:
    """Add the egg, schedule the spider, and wait for its end; return scrapyd's state of the job."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            call(f"{scrapyd}/daemonstatus.json")
            break
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
    print(call(f"{scrapyd}/addversion.json", *form(egg)))
    job = {"project": "kepu", "spider": "channel", "setting": f"KEPU_DB={database}"}
    print(call(f"{scrapyd}/schedule.json", urlencode(job).encode()))
    while time.monotonic() < until:
        ended = call(f"{scrapyd}/listjobs.json?project=kepu")["finished"]
        if ended:
            return f"finished: {ended[0]['start_time']} to {ended[0]['end_time']}"
        time.sleep(0.5)
    return "it did not finish"


if __name__ == "__main__":
    main()
