"""Describe network errors in a few words."""

from OpenSSL import SSL

from crawler.scrapy_internals import is_too_large_decompressed


def is_cut_off(error: BaseException) -> bool:
    """Return whether an error means that the host cannot be reached at all, not just that one response failed."""
    name = type(error).__name__.removesuffix("Error")
    return name in {
        "DownloadConnectionRefused",
        "ConnectionRefused",
        "CannotResolveHost",
        "DNSLookup",
        "TCPTimedOut",
    }


def is_too_large(error: BaseException) -> bool:
    """Return whether a response was aborted because it, or its decompressed body, exceeds DOWNLOAD_MAXSIZE."""
    name = type(error).__name__.removesuffix("Error")
    return name == "DownloadCancelled" or is_too_large_decompressed(error)


_UNTRUSTED = "certificate verify failed"
"""OpenSSL's reason for a certificate that it does not trust; pyOpenSSL's errors have no numeric code."""


def _is_untrusted(error: BaseException | None) -> bool:
    """Return whether the TLS handshake failed because the host's certificate is not trusted."""
    while error is not None:
        for each in (error, *(failure.value for failure in getattr(error, "reasons", None) or ())):
            if isinstance(each, SSL.Error) and each.args:
                return any(entry[-1] == _UNTRUSTED for entry in each.args[0])
        error = error.__cause__
    return False


def describe(error: BaseException) -> str:
    """Return a description of a network error in a few words, without the names of Twisted's and Scrapy's classes."""
    if _is_untrusted(error):
        return "the host's certificate is from no authority that this machine trusts (DOWNLOAD_VERIFY_CERTIFICATES)"
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
        "ResponseDataLoss": "the response was cut short",
        "ResponseNeverReceived": "the connection was closed without a response",
        "ConnectionLost": "the connection was lost",
        "DownloadFailed": "the download failed",
        "DownloadCancelled": "the response was larger than any page, and was aborted",
    }
    return words.get(name) or f"{name}: {error}".strip().splitlines()[0]
