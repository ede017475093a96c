"""Notify systemd that a service with `Type=notify` is ready, alive, or at which point, as sd_notify(3) defines.

A notification is a datagram to the socket named by $NOTIFY_SOCKET. Without that variable nothing is sent.
"""

import os
import socket


def notify(*lines: str) -> bool:
    """Send lines such as `READY=1`, `STATUS=…` or `WATCHDOG=1`.

    Return False if there is no socket, or if it does not accept them.
    """
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
