"""The composition root: settings, HTTP edge, supervision. May import every other package."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
