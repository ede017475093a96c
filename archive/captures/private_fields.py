"""Header fields of HTTP messages that identify a person; removed from imports and from exported captures."""

PRIVATE_FIELDS = frozenset(
    {b"cookie", b"cookie2", b"authorization", b"proxy-authorization", b"set-cookie", b"set-cookie2"}
)
"""Their names, in lower case."""


def without_fields(head: bytes, dropped: frozenset[bytes] = PRIVATE_FIELDS) -> tuple[bytes, list[str]]:
    """Return the header of an HTTP message without the dropped fields, and the names of those that were present.

    A line that begins with white space continues the field before it (RFC 9112, 5.2).
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
