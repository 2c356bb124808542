"""Settings, addresses, the beat table, the home page and the health check: the top floor."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
