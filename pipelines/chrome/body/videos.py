"""Find videos: recognise their URLs, and read them from the scripts and objects of the site's players."""

import re

from pipelines.chrome.page_selectors import Element

_FILM = r"\.(?:mp4|m3u8|flv|mov|webm)"
"""The ending of the URL of a video."""
_PLAYER = re.compile(
    rf"""["']?\b(?:src|file|url|videoUrl)\b["']?\s*[:=]\s*["']([^"'\s]{{1,2000}}?{_FILM}[^"'\s]{{0,2000}})["']"""
)
"""Matches the URL of a video (group 1) in the script of a player."""
_VIDEO = re.compile(r"\.(?:mp4|m3u8|flv|mov|webm|swf|wmv)(?:\?|$)", re.IGNORECASE)
"""Matches the ending of the URL of a video, also of formats that browsers no longer play."""


def is_video(address: str | None) -> bool:
    """Return whether a URL is that of a video, or of a player with the video's URL in it."""
    return bool(address) and _VIDEO.search(address or "") is not None


def video_in(node: Element) -> str | None:
    """Return the URL of the video in a player's script or an embedded object, or None."""
    if node.tag == "script":
        match = _PLAYER.search(node.text) if node.text and "layer" in node.text else None
        return match[1] if match and is_video(match[1]) else None
    if node.tag == "video":
        inside = (each.get("src") for each in node.iter("source"))
        return next(
            (each for each in (node.get("src"), node.get("data-src"), *inside) if is_video(each)), None
        )
    if node.tag not in ("object", "iframe"):
        return None
    inside = (each.get("src") or each.get("value") for each in node.iter("embed", "param"))
    return next((each for each in (node.get("src"), node.get("data"), *inside) if is_video(each)), None)
