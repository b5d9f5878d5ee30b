"""The certificates that a scenario's own SSLContext trusts and shows, for the engine's TLS."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import ssl
import tempfile
from typing import Any

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


def watch_certificates() -> None:
    """From here on every SSLContext remembers its load_cert_chain(): OpenSSL does not give a certificate back."""
    if getattr(ssl.SSLContext.load_cert_chain, "is_watched", False):
        return
    load = ssl.SSLContext.load_cert_chain

    def load_cert_chain(
        self: ssl.SSLContext, certfile: Any, keyfile: Any = None, password: Any = None, **others: Any
    ) -> None:
        load(self, certfile, keyfile, password, **others)
        self._acrida_shows = (os.fspath(certfile), os.fspath(keyfile or ""), password)  # type: ignore[attr-defined]

    load_cert_chain.is_watched = True  # type: ignore[attr-defined]
    ssl.SSLContext.load_cert_chain = load_cert_chain  # type: ignore[assignment, method-assign]


def own_certificate(context: ssl.SSLContext) -> tuple[str, str]:
    """Files of the certificate that ``context`` shows to servers and of its key; "" if it shows none."""
    certificate, key, password = getattr(context, "_acrida_shows", ("", "", None))
    if password is not None:
        raise ValueError(
            f"ssl_context_factory: the key of {certificate} has a password, which the engine cannot use. "
            "Store the key without one: openssl pkey -in KEY -out NEW_KEY"
        )
    return os.fsdecode(certificate), os.fsdecode(key)


#: What people set among the options of a context.
_OPTIONS = (
    ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1 | ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TLSv1_3 | ssl.OP_NO_TICKET
    | getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
)  # fmt: skip


def limits(context: ssl.SSLContext) -> tuple[int, int, str, int]:
    """Lowest and highest version (0: as usual), ciphers and options that ``context`` allows, in OpenSSL's terms."""
    # Those of TLS 1.3 are not chosen by this list.
    names = [cipher["name"] for cipher in context.get_ciphers() if cipher.get("protocol") != "TLSv1.3"]
    ciphers = ":".join([*names, f"@SECLEVEL={context.security_level}"]) if names else ""
    lowest, highest = int(context.minimum_version), int(context.maximum_version)
    return max(lowest, 0), max(highest, 0), ciphers, int(context.options & _OPTIONS)
