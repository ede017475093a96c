"""Fields of HTTP messages that tell of a person, taken out of what comes in from others and of what is handed out."""

PRIVATE_FIELDS = frozenset(
    {b"cookie", b"cookie2", b"authorization", b"proxy-authorization", b"set-cookie", b"set-cookie2"}
)
"""Their names, in lower case."""


def without_fields(head: bytes, dropped: frozenset[bytes] = PRIVATE_FIELDS) -> tuple[bytes, list[str]]:
    """Return the head of an HTTP message without some fields, and the names of those that it had.

    A line that begins with white space belongs to the field before it (RFC 9112, 5.2).
    """
    first, *lines = head.split(b"\r\n")
    kept, names, is_dropped = [first], [], False
    for line in lines:
        if not line.startswith((b" ", b"\t")):
            name = line.partition(b":")[0].strip().lower()
            is_dropped = name in dropped
            if is_dropped:
                names.append(name.decode("latin-1"))
        if not is_dropped:
            kept.append(line)
    return b"\r\n".join(kept), names
