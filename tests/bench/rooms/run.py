from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from hanse_groups.consumers import HEAR_AFTER
from tests.serving import Served, served_site

from ..report import machine
from .client import BATCH, BarePage, Page, Poster

#: how many times as long as the bare fan-out a message may be on its way, at the 95th percentile
GOAL_RATIO = 1.25
#: seconds until all that come back at once are up to date
GOAL_STORM = 4.0
BODY = "Which of the two lenses is the better one for the trial on Tuesday? " * 2
PATIENCE = 120


@dataclass(frozen=True)
class Size:
    name: str
    #: rooms, sockets in each, messages in all, messages a second
    one_room: tuple[int, int, int, float]
    many_rooms: tuple[int, int, int, float]
    rounds: int
    returning: int
    missed: int
    idle: int
    #: seconds in which new pages ask for what they ask for by themselves: messages on their way, and memory, are
    #: measured with pages that are open, not with those that are opening; the bare ones wait as long
    settle: float


FULL = Size("full", (1, 200, 100, 10.0), (100, 10, 200, 20.0), 3, 500, 20, 500, 1.5 * HEAR_AFTER + 1)
SMALL = Size("small", (1, 4, 5, 10.0), (2, 2, 4, 10.0), 1, 6, 5, 6, 0.5)


@dataclass
class Way:
    """How long messages were on the way from being accepted to every socket, in milliseconds, over all rounds.

    ``whole`` is the 95th percentile from the moment when the post was sent.
    """

    what: str
    p50: float
    p95: float
    p99: float
    whole: float
    arrived: int
    expected: int


@dataclass
class Round:
    """What all sockets heard: milliseconds from accepted and from sent to arrived, one for each arrival."""

    accepted: list[float]
    sent: list[float]
    doubled: int


@dataclass
class Figures:
    ways: list[Way] = field(default_factory=list)
    #: what was measured → ratio to the bare one at the 95th percentile, the median of those of the rounds
    ratios: dict[str, float] = field(default_factory=dict)
    #: seconds until the half and until all were up to date, the number of sockets, and how long the site took to start
    storm: dict[str, float] = field(default_factory=dict)
    #: KiB for each idle socket, of all worker processes
    memory: float = 0.0
    lost: int = 0
    doubled: int = 0

    @property
    def missed(self) -> list[str]:
        missed = [what for what, ratio in self.ratios.items() if ratio > GOAL_RATIO]
        missed += ["all back"] if self.storm.get("all", 0) > GOAL_STORM else []
        return missed + (["lost or doubled"] if self.lost or self.doubled else [])


def measure(size: str, migrated: str = "") -> Figures:
    """``migrated`` is the address of a database to begin with, so that no migration is run."""
    plan = {"full": FULL, "small": SMALL}[size]
    with served_site("tests.bench.rooms.serving:application", migrated=migrated) as served:
        return asyncio.run(_measure(served, plan))


async def _measure(served: Served, plan: Size) -> Figures:
    figures = Figures()
    figures.memory = await _memory(served, plan)
    for what, (rooms, sockets, messages, rate) in (
        (f"{plan.one_room[1]} sockets in 1 room", plan.one_room),
        (f"{plan.many_rooms[1]} sockets in each of {plan.many_rooms[0]} rooms", plan.many_rooms),
    ):
        scene = await asyncio.to_thread(served.run, "tests.bench.rooms.scene", str(rooms), str(sockets))
        await _come_in(served, scene, messages)
        ratios, found = [], {kind: Round([], [], 0) for kind in ("bare", "stored")}
        for number in range(plan.rounds):
            kinds = ["bare", "stored"] if number % 2 == 0 else ["stored", "bare"]
            ends = {}
            for kind in kinds:
                heard = await _talk(served, scene, kind, messages, rate, plan.settle)
                found[kind].accepted += heard.accepted
                found[kind].sent += heard.sent
                ends[kind] = _percentile(heard.accepted, 95)
                figures.lost += messages * sockets - len(heard.accepted)
                figures.doubled += heard.doubled
            ratios.append(ends["stored"] / ends["bare"])
        for kind, heard in found.items():
            shares = [_percentile(heard.accepted, share) for share in (50, 95, 99)]
            arrived, expected = len(heard.accepted), messages * sockets * plan.rounds
            figures.ways.append(Way(f"{what}, {kind}", *shares, _percentile(heard.sent, 95), arrived, expected))
        figures.ratios[what] = median(ratios)
    figures.storm = await _storm(served, plan, figures)
    return figures


async def _come_in(served: Served, scene: list[dict], messages: int) -> None:
    """Whoever will speak has asked for something before, as whoever has a page open: the first request of a session
    costs more, which counts for neither kind."""
    poster = Poster(served.site.url)
    for number in range(messages):
        room, session = _speaker(scene, number)
        status = await poster.get(f"/conversations/{room['conversation']}/changes/?after={room['last']}", session)
        if status != 200:
            raise RuntimeError(f"a room is not open to who is in it: {status}")
    poster.close()


def _speaker(scene: list[dict], number: int) -> tuple[dict, str]:
    """The room of this message, and the session of who says it: rooms take turns, and the people in each."""
    room = scene[number % len(scene)]
    return room, room["sessions"][number // len(scene) % len(room["sessions"])]


async def _talk(served: Served, scene: list[dict], kind: str, messages: int, rate: float, settle: float) -> Round:
    """One round: all sockets open, so many messages, each to those of its room."""
    base = served.site.url
    pages: list[list[Page]] = []
    for place, room in enumerate(scene):
        if kind == "bare":
            pages.append([BarePage(base, str(place), 0, "") for _session in room["sessions"]])
        else:
            pages.append([Page(base, room["conversation"], room["last"], session) for session in room["sessions"]])
    everybody = [page for room in pages for page in room]
    await _open(everybody)
    await asyncio.sleep(settle)
    expected = [messages // len(scene) + (place < messages % len(scene)) for place in range(len(scene))]
    listening = [asyncio.create_task(page.listen(expected[place])) for place, room in enumerate(pages) for page in room]
    poster, begun = Poster(base), time.perf_counter()
    sending = []
    for number in range(messages):
        room, session = _speaker(scene, number)
        bare = f"/bare/{number % len(scene)}/messages/"
        path = bare if kind == "bare" else f"/conversations/{room['conversation']}/messages/"
        sending.append(asyncio.create_task(poster.post(path, session, f"{number} {BODY}")))
        await asyncio.sleep(max(0, begun + (number + 1) / rate - time.perf_counter()))
    answers = await asyncio.gather(*sending)
    if set(answers) != {201}:
        raise RuntimeError(f"messages were refused: {sorted(answers)}")
    _done, pending = await asyncio.wait(listening, timeout=PATIENCE)
    for task in pending:
        task.cancel()
    poster.close()
    if kind != "bare":
        for place, room in enumerate(pages):
            scene[place]["last"] = max(page.after for page in room)
    await asyncio.gather(*(page.close() for page in everybody))
    accepted = _accepted(served)
    arrivals = [arrival for page in everybody for arrival in page.arrivals.times.items()]
    doubled = sum(count - 1 for page in everybody for count in page.arrivals.heard.values())
    return Round(
        [1000 * (at - accepted[key]) for key, at in arrivals],
        [1000 * (at - poster.sent[key]) for key, at in arrivals],
        doubled,
    )


def _accepted(served: Served) -> dict[str, float]:
    """Keys of messages, and when the site accepted them (``serving.note_accepted``)."""
    lines = (Path(served.variables["HANSE_VAR_DIR"]) / "accepted").read_text().split("\n")
    return {key: float(at) for key, _space, at in (line.partition(" ") for line in lines if line)}


async def _open(pages: Sequence[Page]) -> None:
    for start in range(0, len(pages), BATCH):
        await asyncio.gather(*(page.open() for page in pages[start : start + BATCH]))


async def _memory(served: Served, plan: Size) -> float:
    """KiB that each socket needs which says nothing. Measured in new processes, which have no free memory left over."""
    await asyncio.to_thread(served.site.stop)
    await asyncio.to_thread(served.site.start)
    scene = await asyncio.to_thread(served.run, "tests.bench.rooms.scene", "1", str(plan.idle))
    pages = [Page(served.site.url, scene[0]["conversation"], scene[0]["last"], key) for key in scene[0]["sessions"]]
    # The first ones load what is loaded once.
    warm, counted = pages[: len(pages) // 5], pages[len(pages) // 5 :]
    await _open(warm)
    before = await _resident(served, plan.settle)
    await _open(counted)
    after = await _resident(served, plan.settle)
    await asyncio.gather(*(page.close() for page in pages))
    return (after - before) / len(counted)


async def _resident(served: Served, settle: float) -> int:
    """KiB of memory of all workers, once they have settled and given back what they do not use."""
    await asyncio.sleep(settle)
    for pid in served.site.worker_processes():
        os.kill(pid, signal.SIGUSR1)
    await asyncio.sleep(1)
    kib = 0
    for pid in served.site.worker_processes():
        status = Path(f"/proc/{pid}/status").read_text()
        kib += int(status.partition("VmRSS:")[2].split()[0])
    return kib


async def _storm(served: Served, plan: Size, figures: Figures) -> dict[str, float]:
    """The site is started anew; all sockets come back at once, each with messages missed.

    Counted from the moment when all workers have loaded the site: before it nobody can be answered, whatever the
    sockets cost. How long that takes is told beside it.
    """
    scene = await asyncio.to_thread(served.run, "tests.bench.rooms.scene", "1", str(plan.returning))
    [room] = scene
    pages = [Page(served.site.url, room["conversation"], room["last"], session) for session in room["sessions"]]
    await _open(pages)
    await asyncio.to_thread(served.site.stop)
    said = await asyncio.to_thread(served.run, "tests.bench.rooms.scene", "say", str(room["id"]), str(plan.missed))
    await asyncio.gather(*(page.close() for page in pages), return_exceptions=True)
    stopped = time.perf_counter()
    await asyncio.to_thread(served.site.start)
    begun = time.perf_counter()
    back: list[float] = []

    async def come_back(page: Page) -> None:
        await page.open()
        back.append(time.perf_counter() - begun)

    await asyncio.gather(*(come_back(page) for page in pages))
    for page in pages:
        figures.lost += len(set(said) - set(page.versions))
        figures.doubled += len(page.versions) - len(set(page.versions))
    await asyncio.gather(*(page.close() for page in pages))
    back.sort()
    return {"sockets": len(back), "half": back[len(back) // 2], "all": back[-1], "start": begun - stopped}


def _percentile(times: list[float], share: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def table(figures: Figures) -> str:
    width = max(len(way.what) for way in figures.ways)
    heads = f"{'p50':>7}  {'p95':>7}  {'p99':>7}  {'p95 from sent':>13}"
    lines = [f"{'milliseconds from accepted to arrived':{width}}  {heads}  arrived"]
    lines += [
        f"{way.what:{width}}  {way.p50:7.1f}  {way.p95:7.1f}  {way.p99:7.1f}  {way.whole:13.1f}"
        f"  {way.arrived}/{way.expected}"
        for way in figures.ways
    ]
    lines += [
        f"{what}: p95 is {ratio:.2f} times the bare one ({'missed' if ratio > GOAL_RATIO else 'met'})"
        for what, ratio in figures.ratios.items()
    ]
    storm = figures.storm
    met = "missed" if storm["all"] > GOAL_STORM else "met"
    lines.append(
        f"{storm['sockets']} sockets back at once: half {storm['half']:.2f} s, all {storm['all']:.2f} s ({met}), "
        f"after the site took {storm['start']:.1f} s to start"
    )
    lines.append(f"an idle socket: {figures.memory:.0f} KiB")
    lines.append(f"lost: {figures.lost}, doubled: {figures.doubled}")
    return "\n".join(lines)


def write(folder: Path, size: str, figures: Figures) -> Path:
    """Keep the figures as JSON. Returns where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"rooms-{size}.json"
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "goals": {"ratio": GOAL_RATIO, "storm_s": GOAL_STORM},
        **asdict(figures),
    }
    path.write_text(json.dumps(content, indent=2) + "\n")
    return path
