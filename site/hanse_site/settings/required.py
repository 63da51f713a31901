"""Reading the environment: what is missing or cannot be read is named, never guessed."""

import logging
import os
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

FALSE_STRINGS = ("false", "no", "n", "off", "0")


class Environment(Env):
    """As django-environ, but an empty variable counts as missing and a value that does not fit is refused by name.

    Left to itself, django-environ reads every word that it does not know as False.
    """

    def get_value(self, var, cast=None, default=Env.NOTSET, parse_default=False) -> Any:
        given = os.environ.get(var, "").strip()
        if not given and default is not Env.NOTSET:
            return default
        if cast is bool and given.lower() not in (*self.BOOLEAN_TRUE_STRINGS, *FALSE_STRINGS):
            raise misread(var, "true or false")
        try:
            return super().get_value(var, cast, default, parse_default)
        except ValueError as error:
            raise misread(var, "a whole number" if cast is int else "a number") from error


def misread(name: str, expected: str) -> ImproperlyConfigured:
    """Names the variable but not its value, which may be a secret."""
    return ImproperlyConfigured(f"The environment variable {name} cannot be read. Expected: {expected}.")


def required(env: Env, name: str, meaning: str) -> str:
    """The variable's value. Raises ImproperlyConfigured, which names it and says what it means, when it is empty."""
    value = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"The environment variable {name} is missing: {meaning}.")
    return value


def web_address(name: str, value: str) -> str:
    """The value without a slash at its end. Raises ImproperlyConfigured when it is no address with scheme and host."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise misread(name, "an address with its scheme, such as https://hanse.example.org")
    return value.rstrip("/")


def log_level(name: str, value: str) -> str:
    """The name of a level in capitals. Raises ImproperlyConfigured for any other word."""
    level = value.upper()
    if level not in logging.getLevelNamesMapping():
        raise misread(name, "DEBUG, INFO, WARNING, ERROR or CRITICAL")
    return level
