"""Addresses of news. They say nothing: the title of a piece that is not public must not be read from its address."""

import re
import secrets

#: no vowels, so that no words come about, and nothing that is easily mistaken
ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
LENGTH = 12
#: as made here, or with the number that Wagtail adds to a copy beside its original
RANDOM = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}(-\d+)?")


def random_slug() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def says_nothing(slug: str) -> bool:
    return RANDOM.fullmatch(slug) is not None
