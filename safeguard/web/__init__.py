"""The front-of-house shell: security headers, errors, rendering, fields."""
