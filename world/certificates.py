"""Our own certificate authority: one root, one intermediate for each organisation that seems to have signed."""

import datetime
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from world.parts import Certificate

_DAY = datetime.timedelta(days=1)
_COUNTRY = {
    "Let's Encrypt": "US",
    "DigiCert Inc": "US",
    "Google Trust Services": "US",
    "Microsoft Corporation": "US",
    "Sectigo Limited": "GB",
    "Actalis S.p.A.": "IT",
}
_MAX_COMMON_NAME = 64


class Authority:
    """Writes the chains that servers show, and the root that a client of ours may trust, into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        self._made: dict[tuple[str, tuple[str, ...], str], tuple[Path, Path]] = {}
        self._signers: dict[str, tuple[x509.Certificate, ec.EllipticCurvePrivateKey]] = {}

    @cached_property
    def _leaf_key(self) -> ec.EllipticCurvePrivateKey:
        """One key for all servers: what tells them apart is the certificate."""
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def _root(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("FR", "Bascule test world", "Test world root")
        return self._sign(name, key, name, key, self._now - 30 * _DAY, self._now + 30 * _DAY, authority=True), key

    @property
    def root_file(self) -> Path:
        """The bundle that a client trusts."""
        path = self.folder / "root.pem"
        if not path.exists():
            path.write_bytes(self._root[0].public_bytes(Encoding.PEM))
        return path

    def files(self, wanted: Certificate, names: tuple[str, ...], stem: str = "") -> tuple[Path, Path]:
        """Return the files of chain and key for a server of these names."""
        told = wanted.names or names
        key = (wanted.issuer, told, wanted.state)
        if key not in self._made:
            name = stem or f"{len(self._made):03d}"
            self._made[key] = _write(self.folder / f"{name}.crt", self._chain(wanted, told)), self._key_file(self.folder / f"{name}.key")
        return self._made[key]

    def _key_file(self, path: Path) -> Path:
        path.touch(mode=0o600)
        path.write_bytes(self._leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return path

    def _chain(self, wanted: Certificate, names: tuple[str, ...]) -> list[x509.Certificate]:
        start, end = self._now - 20 * _DAY, self._now + 70 * _DAY
        if wanted.state == "expired":
            start, end = self._now - 110 * _DAY, self._now - 20 * _DAY
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:_MAX_COMMON_NAME])])
        if wanted.state == "self-signed":
            return [self._sign(subject, self._leaf_key, subject, self._leaf_key, start, end, names=names)]
        above, key = self._signer(wanted.issuer)
        return [self._sign(subject, self._leaf_key, above.subject, key, start, end, names=names), above]

    def _signer(self, organisation: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        if organisation not in self._signers:
            root, root_key = self._root
            key = ec.generate_private_key(ec.SECP256R1())
            name = _name(_COUNTRY.get(organisation, "FR"), organisation, "Test world 1")
            certificate = self._sign(name, key, root.subject, root_key, self._now - 200 * _DAY, self._now + 200 * _DAY, authority=True)
            self._signers[organisation] = certificate, key
        return self._signers[organisation]

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        issuer: x509.Name,
        issuer_key: ec.EllipticCurvePrivateKey,
        start: datetime.datetime,
        end: datetime.datetime,
        *,
        names: tuple[str, ...] = (),
        authority: bool = False,
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        if authority:
            builder = builder.add_extension(_SIGNS, critical=True)
        return builder.sign(issuer_key, SHA256())


_SIGNS = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _name(country: str, organisation: str, common: str) -> x509.Name:
    pairs = ((NameOID.COUNTRY_NAME, country), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in pairs])


def _write(path: Path, chain: list[x509.Certificate]) -> Path:
    path.write_bytes(b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain))
    return path
