"""Three browsers talk while a server that they need is gone for a while: nothing is lost, nothing is doubled."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect

from tests.serving import served_site
from tests.template import migrated_database

from .talking import open_chat, shown, write

# The database of the suite is where the template of this site's own is kept.
pytestmark = pytest.mark.django_db(transaction=True)

#: messages of each person, and of those how many are written before, while and after the server is gone
EACH = 18


@pytest.fixture(scope="module")
def served(django_db_setup):
    with served_site(migrated=migrated_database()) as running:
        yield running


@pytest.fixture
def live_server(served):
    """The site in processes of its own, which can be ended."""
    return served.site


class Talk:
    """One page for each person in one room, and what each has written."""

    def __init__(self, served, browser) -> None:
        self.served = served
        scene = served.run("tests.serving.scene", "3")
        self.conversation, self.room = scene["conversation"], type("Room", (), {"uid": scene["room"]})
        self.errors, self.pages, self.written = [], [], []
        for session in scene["sessions"]:
            context = browser.new_context(base_url=served.site.url, locale="en-GB")
            context.add_cookies([{"name": "sessionid", "value": session, "url": served.site.url}])
            context.on("weberror", lambda error: self.errors.append(str(error.error)))
            self.pages.append(open_chat(context.new_page(), self.room))

    def write(self, number: int) -> None:
        for place, page in enumerate(self.pages):
            text = f"{place}:{number:02}"
            write(page, text)
            self.written.append(text)

    def stored(self) -> list[str]:
        query = """SELECT body FROM hanse_groups_message WHERE conversation_id = %s AND kind = 'text' ORDER BY seq"""
        return [body for (body,) in self.served.rows(query, self.conversation)]

    def settled(self, page) -> None:
        """All that was written here has its place, or stands there as not sent."""
        expect(page.locator("[data-chat]")).to_have_attribute("data-state", "live", timeout=60_000)
        expect(page.locator(".msg.pending")).to_have_count(0, timeout=60_000)

    def check(self) -> None:
        for page in self.pages:
            self.settled(page)
        stored = self.stored()
        assert len(stored) == len(set(stored)), "nothing is stored twice"
        for place, page in enumerate(self.pages):
            refused = page.locator(".msg.failed [data-slot=body]").all_inner_texts()
            expect(page.locator(".msg[data-seq]:not(.line)")).to_have_count(len(stored), timeout=60_000)
            held = [text for text in shown(page) if text not in refused]
            assert held == stored, f"the page of {place} holds what the table holds, in its order"
            own = {text for text in self.written if text.startswith(f"{place}:")}
            assert own == {text for text in stored if text.startswith(f"{place}:")} | set(refused)
        assert self.errors == []

    def close(self) -> None:
        for page in self.pages:
            page.context.close()


@pytest.fixture
def talk(served, browser):
    talk = Talk(served, browser)
    yield talk
    talk.close()


def through(talk: Talk, fault, mend) -> None:
    """Talk before, while and after the fault."""
    for number in range(EACH):
        if number == EACH // 3:
            fault()
        if number == 2 * EACH // 3:
            mend()
        talk.write(number)
    talk.check()
    assert len(talk.written) == 3 * EACH


def test_redis_is_gone_for_a_while(talk, served):
    through(talk, served.redis.stop, served.redis.start)
    assert sorted(talk.stored()) == sorted(talk.written), "what is said is stored without it"


def test_the_database_is_gone_for_a_while(talk, served):
    def restart():
        time.sleep(1)
        served.database.start()

    through(talk, served.database.stop, restart)
    assert len(talk.stored()) >= 2 * EACH


def test_a_worker_of_the_site_is_killed(talk, served):
    def kill():
        before = served.site.worker_processes()
        os.kill(before[0], signal.SIGKILL)

    def is_back():
        deadline = time.monotonic() + 60
        while len(served.site.worker_processes()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)

    through(talk, kill, is_back)
    assert sorted(talk.stored()) == sorted(talk.written)


def test_the_whole_site_is_started_anew(talk, served):
    through(talk, served.site.stop, served.site.start)
    assert sorted(talk.stored()) == sorted(talk.written)
    for page in talk.pages:
        expect(page.locator("[data-connection]")).to_be_hidden()
        assert re.search("chat", page.url)
