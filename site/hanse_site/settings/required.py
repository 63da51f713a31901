from django.core.exceptions import ImproperlyConfigured
from environ import Env


def required(env: Env, name: str, meaning: str) -> str:
    """The variable's value. Raises ImproperlyConfigured, which names it and says what it means, when it is empty."""
    value = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"The environment variable {name} is missing: {meaning}.")
    return value
