"""The WSGI entry: settings from the environment, then the application."""

import config
from safeguard import create_app

app = create_app(config.load())
