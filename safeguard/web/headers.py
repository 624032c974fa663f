"""What every response carries: a request id, a strict content policy with a nonce, and no caching of casework."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

_STATIC_SECONDS = 3600
# The one style that Cytoscape 3.34.4 inserts, for its own layers; asked for by the pages that load it (`allow_graph_style`).
_GRAPH_STYLE = "'sha256-pgvDUBa4IjFA2yuSJ2cqcyxmNYJMborsd0ORcRv9vw8='"


def protect(app: Flask, *, https: bool, forms_lead_to: str = "") -> None:
    """Give `app` its security headers.

    Args:
        https: also promise browsers that it is never plain HTTP.
        forms_lead_to: one more origin that a form may lead to, after our own answer: that of single sign-on.
    """

    @app.before_request
    def start() -> None:
        g.request_id = secrets.token_hex(8)
        g.csp_nonce = secrets.token_urlsafe(18)

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = _policy(g.get("csp_nonce", ""), g.get("csp_style", ""), forms_lead_to)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        headers["X-Request-Id"] = g.get("request_id", "")
        if https:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if request.endpoint == "static":
            headers["Cache-Control"] = f"public, max-age={_STATIC_SECONDS}"
        else:
            headers["Cache-Control"] = "no-store"
        return response


def allow_graph_style() -> None:
    """Let this response's page hold the style that the graph library inserts, and no other."""
    g.csp_style = f" {_GRAPH_STYLE}"


def _policy(nonce: str, style: str, forms_lead_to: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self'{style}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {forms_lead_to}".rstrip(),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )
