"""Signs what SNS sends: one key and one certificate for as long as the sandbox runs, because making them takes long."""

import base64
import threading
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import CertificateBuilder, Name, NameAttribute, random_serial_number
from cryptography.x509.oid import NameOID


class Signing:
    """Makes its key with the first signature; what only passes raw messages never needs one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.made: tuple[rsa.RSAPrivateKey, bytes] | None = None

    def sign(self, text: str, version: str) -> str:
        """A signature of the version that the topic asks for: SHA-1 is 1, SHA-256 is 2."""
        key, _ = self._key()
        algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
        return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), algorithm)).decode()

    @property
    def certificate(self) -> bytes:
        """With which a subscriber can check it, as PEM."""
        return self._key()[1]

    def _key(self) -> tuple[rsa.RSAPrivateKey, bytes]:
        with self.lock:
            if self.made is None:
                key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
                name = Name([NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
                begin = datetime.now(UTC) - timedelta(days=1)
                certificate = (
                    CertificateBuilder(name, name, key.public_key(), random_serial_number())
                    .not_valid_before(begin)
                    .not_valid_after(begin + timedelta(days=365))
                    .sign(key, hashes.SHA256())
                )
                self.made = key, certificate.public_bytes(serialization.Encoding.PEM)
            return self.made
