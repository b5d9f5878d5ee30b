"""The certificates that a scenario's own SSLContext trusts, for the engine's TLS."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import ssl
import tempfile

_folder: str | None = None


def trust_file(context: ssl.SSLContext) -> str:
    """A PEM file with the authorities of ``context``; "" if it knows none (then the system's are used).

    The file lives as long as the process; contexts with the same authorities share it.
    """
    authorities = context.get_ca_certs(binary_form=True)
    if not authorities:
        return ""
    pem = "".join(ssl.DER_cert_to_PEM_cert(der) for der in authorities)
    path = os.path.join(_own_folder(), hashlib.sha256(pem.encode()).hexdigest() + ".pem")
    if not os.path.exists(path):
        with open(path, "w", encoding="ascii") as file:
            file.write(pem)
    return path


def _own_folder() -> str:
    global _folder
    if _folder is None:
        _folder = tempfile.mkdtemp(prefix="acrida-")
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    return _folder
