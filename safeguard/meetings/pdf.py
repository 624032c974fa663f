"""Drawing a case summary as a PDF: A4, tagged (PDF/UA-1), with a text layer, from its stored content alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import render_template
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from safeguard.kernel.clock import LONDON
from safeguard.meetings.service import Made

_STYLE = Path(__file__).parent / "summary.css"


class NothingFetched(URLFetcher):  # type: ignore[misc]
    """Refuses every address: a summary never reaches the network or the disk, whatever its text says."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        raise ValueError("a case summary has no outside parts")


def pdf_of(made: Made, *, synthetic: bool) -> bytes:
    """The PDF of one version."""
    summary = made.summary
    local = summary.made_at.astimezone(LONDON)
    page = render_template(
        "meetings/summary.html",
        content=summary.content,
        number=summary.number,
        sha256=summary.content_sha256,
        made_by=made.by,
        made_at=f"{local.day} {local:%B %Y}, {local:%H:%M}",
        synthetic=synthetic,
    )
    return drawn(page)


def drawn(page: str) -> bytes:
    """A page of our own, in the style of a summary, as PDF."""
    fetcher = NothingFetched()
    style = CSS(string=_STYLE.read_text(encoding="utf-8"), url_fetcher=fetcher)
    return bytes(HTML(string=page, url_fetcher=fetcher).write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1"))
