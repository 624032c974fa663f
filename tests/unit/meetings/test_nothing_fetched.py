"""Drawing a PDF reaches neither the network nor the disk, whatever the page says."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pikepdf
import pytest

from safeguard.meetings.pdf import drawn

HOSTILE = """<!doctype html><html lang="en"><head><title>x</title><link rel="stylesheet" href="{to}/a.css">
<link rel="attachment" href="{to}/a">
<link rel="attachment" href="file:///etc/passwd"><style>@import "{to}/b.css"; @font-face {{ font-family: f; src: url({to}/f.woff) }}
p {{ background: url({to}/p.png); font-family: f; content: url(file:///etc/passwd) }}</style><base href="{to}/"></head><body>
<p>Words that stay</p><img src="{to}/i.png" alt="i"><img src="file:///etc/passwd" alt="j"><embed src="{to}/e.svg"><object data="{to}/o.svg">
</object><svg><image href="{to}/s.png"/><use href="{to}/u.svg#x"/></svg><a rel="attachment" href="file:///etc/passwd">a</a>
<img src="i2.png" alt="k"></body></html>"""


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """A server that notes whatever is asked of it."""
    asked: list[str] = []

    class Notes(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Notes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_nothing_is_fetched_and_nothing_attached(outside: tuple[str, list[str]]) -> None:
    to, asked = outside
    made = drawn(HOSTILE.format(to=to))
    assert asked == []
    with pikepdf.open(io.BytesIO(made)) as found:
        assert not found.attachments
        everything = b"".join(one.read_bytes() for one in found.objects if isinstance(one, pikepdf.Stream) and "/Filter" in one)
    assert b"root:" not in made + everything
