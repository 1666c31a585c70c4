"""Certificates of a test's own, for servers on the loopback interface."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificates(folder: Path) -> tuple[Path, Path]:
    """An authority's certificate, and a server's key and certificate by it."""
    now = datetime.now(UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("authority", "127.0.0.1")]

    def certificate(number: int, extension: x509.ExtensionType) -> bytes:
        builder = x509.CertificateBuilder(
            names[0], names[number], keys[number].public_key(), number + 1, now, now + timedelta(days=1)
        )
        signed = builder.add_extension(extension, critical=number == 0).sign(keys[0], hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)

    authority, server = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(certificate(0, x509.BasicConstraints(ca=True, path_length=None)))
    plain = serialization.NoEncryption()
    key = keys[1].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    server.write_bytes(key + certificate(1, address))
    return authority, server
