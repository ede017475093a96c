"""Describe network errors in a few words."""


def is_cut_off(error: BaseException) -> bool:
    """Return whether an error means that the host cannot be reached at all, rather than that one response broke."""
    name = type(error).__name__.removesuffix("Error")
    return name in {
        "DownloadConnectionRefused",
        "ConnectionRefused",
        "CannotResolveHost",
        "DNSLookup",
        "TCPTimedOut",
    }


def is_too_large(error: BaseException) -> bool:
    """Return whether a response was aborted because it was larger than any page, as sent or decompressed."""
    name = type(error).__name__.removesuffix("Error")
    return name == "DownloadCancelled" or "exceeded" in str(error)


def describe(error: BaseException) -> str:
    """Return a description of a network error in a few words, without Twisted's wrapping."""
    if "certificate verify failed" in str(error):
        return "nobody whom this machine trusts vouches for the host's certificate (DOWNLOAD_VERIFY_CERTIFICATES)"
    reasons = getattr(error, "reasons", None)
    if reasons:
        error = reasons[0].value
    name = type(error).__name__.removesuffix("Error")
    words = {
        "DownloadConnectionRefused": "the connection was refused",
        "ConnectionRefused": "the connection was refused",
        "CannotResolveHost": "the host's name could not be resolved",
        "DNSLookup": "the host's name could not be resolved",
        "DownloadTimeout": "no answer in time",
        "Timeout": "no answer in time",
        "TCPTimedOut": "no answer in time",
        "ResponseDataLoss": "the answer was cut short",
        "ResponseNeverReceived": "the connection was closed without an answer",
        "ConnectionLost": "the connection was lost",
        "DownloadFailed": "the download failed",
        "DownloadCancelled": "the answer was larger than any page, and was left",
    }
    return words.get(name) or f"{name}: {error}".strip().splitlines()[0]
