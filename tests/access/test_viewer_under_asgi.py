"""Between event loop and threads asgiref compares what context variables hold; that must not build the viewer."""

import asyncio

from asgiref.sync import sync_to_async
from django.utils.functional import SimpleLazyObject

from hanse_access.viewer import viewing_as


def test_changing_between_loop_and_thread_does_not_build_the_viewer():
    built = []
    lazy = SimpleLazyObject(lambda: built.append(1) or object())

    async def request():
        with viewing_as(lazy):
            await sync_to_async(lambda: None)()

    asyncio.run(request())
    assert built == []
