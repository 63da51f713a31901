"""The pages every installation begins with."""

from .pages import create_site_pages

__all__ = ["create_site_pages"]
