"""Modules beside the locustfile."""
