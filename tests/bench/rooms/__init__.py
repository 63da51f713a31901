"""What a message costs on its way to open pages, on the site as it is served, with a bare fan-out beside it."""
