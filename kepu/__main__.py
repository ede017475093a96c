"""Run the command `kepu` by `python -m kepu`."""

from kepu.cli.main import run

run()
