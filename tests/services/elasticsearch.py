"""A real Elasticsearch for tests. The unpacked server is kept between runs; what a run writes goes with the run."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Generator
from pathlib import Path

from .servers import Server, ServiceError

VERSION = "8.19.13"
POM = Path(__file__).with_name("elasticsearch.pom.xml")

JVM_OPTIONS = """\
-Xms{heap}
-Xmx{heap}
-XX:+UseG1GC
-XX:+ExitOnOutOfMemoryError
-Djava.io.tmpdir={folder}/tmp
20-:--add-modules=jdk.incubator.vector
"""
# On loopback with one node, the checks of production (file descriptors, mapped memory) are warnings.
SETTINGS = """\
cluster.name: tests
node.name: tests
path.data: {folder}/data
path.logs: {folder}/logs
network.host: 127.0.0.1
http.port: {port}
transport.port: 0
discovery.type: single-node
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""


def cache_folder() -> Path:
    """HANSE_TEST_CACHE, else the user's cache. Root's home is closed to the account that runs the server."""
    if named := os.environ.get("HANSE_TEST_CACHE"):
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/cache/hanse-tests")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hanse-tests"


def distribution() -> Path:
    """The folder of the server, fetched and unpacked at the first call; it appears there whole or not at all."""
    cache = cache_folder()
    target = cache / f"elasticsearch-{VERSION}"
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "lock"):
        if not target.exists():
            sys.stderr.write(f"Fetching Elasticsearch {VERSION} (900 MB, once) into {cache} …\n")
            with tempfile.TemporaryDirectory(prefix="unpacking-", dir=cache) as staging:
                _unpack(Path(staging))
                (Path(staging) / "elasticsearch").rename(target)
    return target


@contextlib.contextmanager
def _locked(path: Path) -> Generator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _unpack(staging: Path) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise ServiceError("mvn is not installed (Debian package: maven)")
    # A repository that goes with the staging folder: nobody needs the archive once it is unpacked.
    done = subprocess.run(
        [
            maven, "--quiet", "--batch-mode", "--file", str(POM), "process-resources",
            f"-Dunpack.folder={staging}", f"-Dmaven.repo.local={staging}/repository",
        ],
        capture_output=True,
        text=True,
    )  # fmt: skip
    if done.returncode:
        raise ServiceError(f"Elasticsearch could not be fetched:\n{(done.stdout + done.stderr)[-2000:]}")
    server = staging / "elasticsearch"
    for path in (server, *server.rglob("*")):  # the server's account is another one
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


class Elasticsearch(Server):
    """One node without security, on loopback."""

    name = "Elasticsearch"
    heap = "512m"
    start_timeout = 180.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        for name in ("config", "data", "logs", "tmp"):
            folder = self.folder / name
            folder.mkdir()
            if self.account:
                shutil.chown(folder, self.account, self.account_group())
        config = self.folder / "config"
        shutil.copy(distribution() / "config" / "log4j2.properties", config)
        (config / "jvm.options").write_text(JVM_OPTIONS.format(heap=self.heap, folder=self.folder))
        (config / "elasticsearch.yml").write_text(SETTINGS.format(folder=self.folder, port=self.port))
        for file in config.iterdir():
            file.chmod(0o644)

    def command(self) -> list[str]:
        return [str(distribution() / "bin" / "elasticsearch-cli")]

    def environment(self) -> dict[str, str]:
        java = shutil.which("java")
        if not java:
            raise ServiceError("java is not installed (Debian package: default-jre-headless)")
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
        return {
            **kept,
            "HOME": str(self.folder),
            "ES_JAVA_HOME": str(Path(java).resolve().parents[1]),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "CLI_NAME": "server",
            "CLI_LIBS": "lib/tools/server-cli",
        }

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s") as answer:
                return not json.load(answer)["timed_out"]
        except OSError:
            return False
