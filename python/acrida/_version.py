"""The two version numbers of this package."""

__version__ = "0.1.0"

#: The Locust release whose behaviour, options and protocol this acrida follows.
LOCUST_VERSION = "2.47.0"
