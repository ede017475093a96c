"""`python -m kepu` runs the command `kepu`."""

from kepu.cli.main import run

run()
