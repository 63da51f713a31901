"""PostgreSQL and Redis for a test run: on free ports, in a folder of their own, stopped by what started them."""

from .servers import PostgreSQL, Redis, services

__all__ = ["PostgreSQL", "Redis", "services"]
