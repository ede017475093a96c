"""What a unit of systemd with `Type=notify` is told: that the program is ready, how far it is, and that it is alive.

By the protocol of sd_notify(3): one datagram to the socket that the environment names. Elsewhere nothing happens.
"""

import os
import socket


def notify(*lines: str) -> bool:
    """Send lines such as `READY=1`, `STATUS=…`, `WATCHDOG=1`; return whether systemd was there to take them."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
            there.connect(address)
            there.send("\n".join(lines).encode())
    except OSError:
        return False
    return True
