"""The browser reaches the site at all."""

import pytest


@pytest.mark.usefixtures("clock_on_time")
def test_the_site_answers(page, live_server):
    response = page.goto(f"{live_server.url}/health/ready")
    assert response.status == 200
    assert live_server.url.startswith("http://localhost:")
