"""What was typed, as it is shown: small Markdown, cleaned. Nothing is fetched: a link stays a link."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from html import unescape

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

#: what a message can contain; no pictures (they would fetch foreign addresses), no headings
TAGS = {"p", "br", "strong", "em", "s", "a", "code", "pre", "ul", "ol", "li", "blockquote", "span"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
#: class of the words that name a person
MENTION = "mention"


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    return parser.enable(["linkify", "strikethrough"]).disable(["image", "heading", "lheading", "hr", "reference"])


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        allowed_classes={"span": {MENTION}},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def render(text: str, names: Mapping[str, Collection[int]] | None = None) -> tuple[str, set[int]]:
    """The HTML of a message and the numbers of the people that it mentions.

    ``names`` are those who can be mentioned: what stands behind "@" → numbers of the people. The longest name wins.
    """
    html = _markdown().render(text)
    mentioned: set[int] = set()
    if names and "@" in text:
        html = _mark_mentions(html, names, mentioned)
    return _cleaner().clean(html).strip(), mentioned


def _mark_mentions(html: str, names: Mapping[str, Collection[int]], mentioned: set[int]) -> str:
    """Names in text only: not in addresses of links, not in code."""
    known: dict[str, set[int]] = {}
    for name, numbers in names.items():
        if name.strip():
            known.setdefault(name.casefold(), set()).update(numbers)
    if not known:
        return html
    # As they are written, folded ("weiss" for "Weiß") and escaped as the parser does it.
    written = {escapeHtml(name) for name in (*names, *known) if name.strip()}
    longest_first = "|".join(re.escape(name) for name in sorted(written, key=len, reverse=True))
    named = re.compile(rf"(?<![\w@])@({longest_first})(?!\w)", re.IGNORECASE)

    def mark(match: re.Match) -> str:
        # "İ" is taken for "i" by the pattern and for two characters by folding: then nobody is meant.
        meant = known.get(unescape(match[1]).casefold())
        if meant is None:
            return match[0]
        mentioned.update(meant)
        return f'<span class="{MENTION}">@{match[1]}</span>'

    parts = re.split(r"(<code\b.*?</code>|<a .*?</a>|<[^>]+>)", html, flags=re.DOTALL)
    return "".join(part if part.startswith("<") else named.sub(mark, part) for part in parts)


def plain(html: str, most: int = 200) -> str:
    """The words of a message without marks, for quotes and previews; at most ``most`` characters."""
    text = nh3.clean(re.sub(r"</(p|li|pre|blockquote)>|<br>", " ", html), tags=set())
    words = " ".join(unescape(text).split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
