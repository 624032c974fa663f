"""The WSGI entry: settings from the environment, then the application."""

import sys

import config
from safeguard import create_app

# The status by which gunicorn knows that starting the application again would not help.
_CANNOT_START = 4

try:
    app = create_app(config.load())
except config.SettingsError as error:
    sys.stderr.write(f"{error}\n")
    raise SystemExit(_CANNOT_START) from None
