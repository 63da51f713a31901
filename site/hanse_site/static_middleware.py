"""Static files by WhiteNoise, in chunks under an asynchronous server too."""

from __future__ import annotations

from whitenoise.middleware import WhiteNoiseMiddleware

from hanse_access.files import streamed_whole


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise hands out files that can only be read synchronously: Django would warn of each and read it whole."""

    @staticmethod
    def serve(static_file, request):
        return streamed_whole(request, WhiteNoiseMiddleware.serve(static_file, request))
