"""One page design for everything that goes wrong, and the same as problem JSON for machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from traceback import extract_tb
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from safeguard.access.bearer import bears_token
from safeguard.kernel.database import db
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken, TooManyTries, WrongData
from safeguard.web.log import log


@dataclass(frozen=True, slots=True)
class Advice:
    """What an error page says: what happened, and what to do next."""

    title: str
    happened: str
    next_step: str


_ADVICE = {
    400: Advice(
        "There is a problem with what was sent",
        "The service could not read the request.",
        "Go back, check what you entered and send it again.",
    ),
    401: Advice(
        "The service does not know who asks",
        "The request showed no token that holds.",
        "Show a token in the header: Authorization: Bearer ... Ask for a new one where it has run out.",
    ),
    403: Advice(
        "You cannot open this page",
        "Your account does not allow it. This attempt has been recorded.",
        "If your work needs it, ask your agency's safeguarding lead or the MASH manager.",
    ),
    404: Advice(
        "Page not found",
        "The page does not exist, or it is not yours to see.",
        "Check the address, or start again from your start page.",
    ),
    405: Advice(
        "Page not found",
        "The page cannot be used in this way.",
        "Start again from your start page.",
    ),
    409: Advice(
        "Somebody else changed this first",
        "The record moved on while you had it open. Nothing of yours was stored and nothing of theirs was lost.",
        "Go back to copy what you typed, open the record again and look at what changed.",
    ),
    413: Advice(
        "That is too much to send at once",
        "What was sent is larger than the service takes.",
        "Go back and shorten the longest answer. Long papers can be described here and sent on request.",
    ),
    429: Advice(
        "Too many tries",
        "There were too many attempts in a short time.",
        "Wait a few minutes, then try again.",
    ),
    500: Advice(
        "Sorry, there is a problem with the service",
        "Something went wrong on our side. It has been recorded. Nothing was half stored.",
        "Try again in a few minutes. Go back to keep what you typed.",
    ),
}


def answer(app: Flask) -> None:
    """Register the error pages of `app`."""
    for kind, handler in _HANDLERS:
        app.register_error_handler(kind, handler)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    response = page(error.code)
    told = error.get_response().headers
    response.headers.update({name: told[name] for name in ("Allow", "WWW-Authenticate") if name in told})
    return response


def _wrong_host(error: SecurityError) -> ResponseReturnValue:
    # Without a trusted host no address can be built, so this page has no links and no styles.
    return Response("The service is not reached by this address. Ask your IT team for the right one.\n", 400, mimetype="text/plain")


def _csrf(error: CSRFError) -> ResponseReturnValue:
    return page(
        400,
        Advice(
            "This page has expired",
            "The form was open for too long, or you signed in again in another tab. Nothing was stored.",
            "Go back to copy what you typed, then reload the page and send it again.",
        ),
    )


def _rule(error: RuleBroken) -> ResponseReturnValue:
    words = " ".join(problem.message for problem in error.problems)
    return page(400, Advice(_ADVICE[400].title, words, _ADVICE[400].next_step), error.problems)


def _wrong_data(error: WrongData) -> ResponseReturnValue:
    return page(
        503,
        Advice(
            "The service cannot be used yet",
            "Its database holds made-up people for a trial, and these are the settings for real ones.",
            "Ask your IT team to give it a database of its own.",
        ),
    )


def _slow_down(error: TooManyTries) -> ResponseReturnValue:
    response = page(429)
    response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.error(
        "unforeseen_error",
        request_id=g.get("request_id"),
        endpoint=request.endpoint,
        kind=type(error).__name__,
        # Places in the code only: the message may hold what somebody typed.
        where=[f"{frame.filename}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-4:]],
        exc_info=current_app.debug or current_app.testing,
    )
    db.session.rollback()
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return page(500)


def page(status: int, advice: Advice | None = None, problems: Sequence[Problem] = ()) -> Response:
    """The answer for `status`, as a page or as problem JSON (with each of `problems`), with the request's reference."""
    advice = advice or _ADVICE.get(status) or _ADVICE[400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500]
    reference = g.get("request_id", "")
    if _wants_json():
        response = jsonify(
            type="about:blank",
            title=advice.title,
            status=status,
            detail=f"{advice.happened} {advice.next_step}",
            reference=reference,
            **({"problems": [{"field": one.field, "message": one.message} for one in problems]} if problems else {}),
        )
        response.content_type = "application/problem+json"
    else:
        response = Response(render_template("errors/error.html", advice=advice, reference=reference))
    response.status_code = status
    return response


def _wants_json() -> bool:
    if request.path.startswith("/api/") or bears_token(request):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html"


_HANDLERS: tuple[tuple[type[Exception], Callable[[Any], ResponseReturnValue]], ...] = (
    (HTTPException, _http),
    (SecurityError, _wrong_host),
    (CSRFError, _csrf),
    (RuleBroken, _rule),
    (WrongData, _wrong_data),
    (TooManyTries, _slow_down),
    (Exception, _unforeseen),
    (NotFound, lambda _error: page(404)),
    (NotPermitted, lambda _error: page(403)),
    (Conflict, lambda _error: page(409)),
)
