"""The site as it is served: processes of their own before PostgreSQL and Redis, which can be stopped one by one."""

from .site import Served, served_site

__all__ = ["Served", "served_site"]
