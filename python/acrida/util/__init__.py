"""Small functions that locustfiles and plugins import from ``locust.util``."""
