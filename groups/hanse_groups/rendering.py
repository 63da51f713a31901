"""What was typed, as it is shown: small Markdown, cleaned. Nothing is fetched: a link stays a link."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt

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
    known = {escape(name).casefold(): numbers for name, numbers in names.items() if name.strip()}
    if not known:
        return html
    longest_first = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    named = re.compile(rf"(?<![\w@])@({longest_first})(?!\w)", re.IGNORECASE)

    def mark(match: re.Match) -> str:
        mentioned.update(known[match[1].casefold()])
        return f'<span class="{MENTION}">@{match[1]}</span>'

    parts = re.split(r"(<code\b.*?</code>|<a .*?</a>|<[^>]+>)", html, flags=re.DOTALL)
    return "".join(part if part.startswith("<") else named.sub(mark, part) for part in parts)


def plain(html: str, most: int = 200) -> str:
    """The words of a message without marks, for quotes and previews; at most ``most`` characters."""
    text = nh3.clean(re.sub(r"</(p|li|pre|blockquote)>|<br>", " ", html), tags=set())
    words = " ".join(unescape(text).split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
