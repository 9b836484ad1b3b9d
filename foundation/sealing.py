"""Seals on documents: a certification signature (PAdES B-B) that any PDF reader checks, made with the portal's own key.

A reader shows a sealed document as certified, with no change allowed, and any change of it as tampering. The place for
the signature is made exactly as long as the signature, so that no byte of the file is left that nothing covers. Only a
worker seals: ``seal`` signs twice, first to learn how long the signature is.
"""

import datetime as dt
import hashlib
import io
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FIELD = "Seal"
ROOM = 16_384  # hexadecimal digits for the first signature, which is thrown away


def key_file() -> Path:
    """The PKCS#12 file with the key and its certificates."""
    return Path(settings.SEAL_KEY_FILE)


def signer() -> Any:
    """The key of the seal, read each time: one that is exchanged holds from the next document on."""
    from pyhanko.sign import signers  # imported in functions: only workers seal, and it is slow to load

    path = key_file()
    if not settings.SEAL_KEY_FILE or not path.is_file():
        raise ImproperlyConfigured("There is no key to seal with: set SEAL_KEY_FILE (docs/operating/sealing.md).")
    phrase = settings.SEAL_KEY_PASSPHRASE
    found = signers.SimpleSigner.load_pkcs12(str(path), passphrase=phrase.encode() if phrase else None)
    if found is None:
        raise ImproperlyConfigured("The key to seal with cannot be opened: is SEAL_KEY_PASSPHRASE its passphrase?")
    return found


def make_key(path: Path, name: str, years: int) -> None:
    """A self-signed key in a PKCS#12 file that only its owner reads."""
    from cryptography import x509  # as in signer()
    from cryptography.hazmat.primitives import hashes, serialization  # as in signer()
    from cryptography.hazmat.primitives.asymmetric import rsa  # as in signer()
    from cryptography.hazmat.primitives.serialization import pkcs12  # as in signer()

    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    now = dt.datetime.fromtimestamp(time.time(), dt.UTC)  # a reader’s clock is not moved
    use = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=366 * years))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, key_cert_sign=True, **use), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    phrase = settings.SEAL_KEY_PASSPHRASE.encode()
    lock = serialization.BestAvailableEncryption(phrase) if phrase else serialization.NoEncryption()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as into:
        into.write(pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, lock))


def seal(data: bytes, reason: str) -> bytes:
    """The document with the seal on it; raises where it does not prove to be whole afterwards."""
    key = signer()
    first = _sign(data, key, reason, ROOM)
    length = len(_contents(first))
    sealed = first if settings.SEAL_TIMESTAMP_URL else _sign(data, key, reason, 2 * length)
    problems = faults(sealed, key.signing_cert)
    if problems:
        raise BrokenSeal("; ".join(problems))
    return sealed


class BrokenSeal(Exception):
    """A document that has just been sealed does not check: nothing that may go out."""


def _sign(data: bytes, key: Any, reason: str, room: int) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # as in signer()
    from pyhanko.sign import fields, signers, timestamps  # as in signer()

    facts = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason,
    )
    stamper = timestamps.HTTPTimeStamper(settings.SEAL_TIMESTAMP_URL) if settings.SEAL_TIMESTAMP_URL else None
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    into = io.BytesIO()
    signers.PdfSigner(facts, signer=key, timestamper=stamper).sign_pdf(writer, bytes_reserved=room, output=into)
    return into.getvalue()


def _signature(data: bytes) -> Any:
    """The one signature on a document; more or fewer are no seal of ours."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # as in signer()

    found = list(PdfFileReader(io.BytesIO(data)).embedded_signatures)
    if len(found) != 1:
        raise BrokenSeal(f"{len(found)} signatures")
    return found[0]


def _contents(data: bytes) -> bytes:
    """The signature itself, without what fills its place up."""
    raw = bytes(_signature(data).pkcs7_content)
    digits = raw[1] & 0x7F
    return raw[: 2 + digits + int.from_bytes(raw[2 : 2 + digits], "big")]


def faults(data: bytes, certificate: Any = None) -> list[str]:
    """What is wrong with the seal on a document by pyHanko's validator; nothing: whole, unchanged, sealed by our key.

    ``certificate``: of the key that is taken for ours, where it has been read already.

    The validator leaves a few bytes of a signature unread: its version numbers and the labels of its algorithms. Those
    have to be what they always are.
    """
    from pyhanko.sign.validation import validate_pdf_signature  # as in signer()
    from pyhanko_certvalidator import ValidationContext  # as in signer()

    try:
        found = _signature(data)
        context = ValidationContext(trust_roots=[certificate or signer().signing_cert])
        status = validate_pdf_signature(found, signer_validation_context=context)
        problems = [] if status.bottom_line else [status.summary()]
        return problems + _unread(found, data)
    except Exception as error:  # noqa: BLE001 - a damaged file breaks a reader in any way; whatever it is, it is a fault
        return [f"{type(error).__name__}: {error}"]


def _unread(found: Any, data: bytes) -> list[str]:
    """Faults in what a validator does not look at: it is compared with what asn1crypto itself would write."""
    from asn1crypto import algos, cms  # as in signer()

    signed, one = found.signed_data, found.signer_info
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
    kind = "sha256_rsa" if found.signer_cert.public_key.algorithm == "rsa" else "sha256_ecdsa"
    plain = {
        "version": (signed["version"].dump(), cms.CMSVersion("v1").dump()),
        "signer's version": (one["version"].dump(), cms.CMSVersion("v1").dump()),
        "digest algorithms": (
            signed["digest_algorithms"].dump(),
            cms.DigestAlgorithms([algos.DigestAlgorithm({"algorithm": "sha256"})]).dump(),
        ),
        "digest algorithm": (one["digest_algorithm"].dump(), sha256),
        "signature algorithm": (
            one["signature_algorithm"].dump(),
            algos.SignedDigestAlgorithm({"algorithm": kind}).dump(),
        ),
    }
    problems = [
        f"{name} is not as written" for name, (found_there, expected) in plain.items() if found_there != expected
    ]
    start, end = found.byte_range[1], found.byte_range[2]
    if data[start:end] != b"<" + bytes(found.pkcs7_content).hex().upper().encode() + b">":
        problems.append("the signature is not written as it was")
    return problems


def fingerprint(data: bytes) -> str:
    """The SHA-256 of a file's bytes, as ``StoredFile`` keeps it."""
    return hashlib.sha256(data).hexdigest()
