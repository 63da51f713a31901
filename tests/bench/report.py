"""The table on the screen and the file that keeps it."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import django
import wagtail
from django.db import connection

from .rule import GOAL_SQL, GOAL_WHOLE, Result
from .world import Size

HEADINGS = ("what", "who", "ms", "beside", "ratio", "SQL ms", "beside", "ratio", "goals")


def machine() -> dict[str, object]:
    """What ran this, without names or addresses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        database = cursor.fetchone()[0]
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "database": f"{connection.display_name} {database}",
        "python": platform.python_version(),
        "django": django.get_version(),
        "wagtail": wagtail.__version__,
    }


def processor() -> str:
    """The model where the system tells it, else the architecture."""
    told = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", told.read_text(), re.M) if told.exists() else None
    return found[1] if found else platform.machine()


def line(result: Result) -> tuple[str, ...]:
    return (
        result.what,
        result.who,
        f"{result.measured.whole:.1f}",
        f"{result.beside.whole:.1f}",
        f"{result.ratio:.2f}",
        f"{result.measured.sql:.1f}",
        f"{result.beside.sql:.1f}",
        f"{result.sql_ratio:.2f}",
        ("missed" if result.missed else "met") if result.bound else "",
    )


def table(results: Iterable[Result]) -> str:
    rows = [HEADINGS, *(line(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    form = "  ".join(f"{{:{'<' if column < 2 else '>'}{width}}}" for column, width in enumerate(widths))
    return "\n".join(form.format(*row).rstrip() for row in rows)


def write(folder: Path, size: Size, pairs: int, seen: dict[str, float], results: list[Result]) -> Path:
    """Keep the results as JSON. Returns where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"rule-{size.name}.json"
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "size": vars(size),
        "pairs": pairs,
        "goals": {"whole": GOAL_WHOLE, "sql": GOAL_SQL},
        "share_seen": seen,
        "results": [
            {
                "what": result.what,
                "who": result.who,
                "measured_ms": vars(result.measured),
                "beside_ms": vars(result.beside),
                "ratio": round(result.ratio, 3),
                "sql_ratio": round(result.sql_ratio, 3),
                "bound": result.bound,
                "missed": result.missed,
            }
            for result in results
        ],
    }
    path.write_text(json.dumps(content, indent=2) + "\n")
    return path
