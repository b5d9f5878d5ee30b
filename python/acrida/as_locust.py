"""``import acrida.as_locust``: from here on ``import locust`` means acrida, in this process."""

from . import _alias

_alias.install()
