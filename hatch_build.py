"""Build hook: the wheel carries the compiled catalogues, which git does not."""

import sys

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        sys.path.insert(0, self.root)
        try:
            from scripts.catalogues import compile_catalogues
        finally:
            sys.path.remove(self.root)
        for _ in compile_catalogues():
            pass
