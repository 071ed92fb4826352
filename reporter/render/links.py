"""Addresses: only the web's own are linked; whatever else stands in a source's link becomes plain text."""

from __future__ import annotations

from urllib.parse import quote, urlsplit


def web_address(link: str) -> str:
    """The address in a form safe for a link in HTML and Markdown, or an empty text where it is no web address.

    Only http and https with a host pass: `javascript:`, `file:`, `data:` and relative addresses don't. What could
    end a Markdown link or begin another construct (brackets, spaces, quotes, pipes) is percent-encoded.
    """
    link = link.strip()
    if any(ord(character) < 0x20 for character in link):
        return ""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return ""
    return quote(link, safe="/:?#@!&'+,;=%~-._")
