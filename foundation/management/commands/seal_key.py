"""``python manage.py seal_key``: make a key to seal documents with, or say which one is there."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation import sealing


class Command(BaseCommand):
    help = "Make a self-signed key to seal documents with at SEAL_KEY_FILE; says whose it is and until when it holds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default="IMI portal, seal on documents", help="what a PDF reader shows")
        parser.add_argument("--years", type=int, default=10)
        parser.add_argument("--keep", action="store_true", help="leave a key that is there as it is")

    def handle(self, *args: Any, name: str, years: int, keep: bool, **options: Any) -> None:  # noqa: ARG002
        if not settings.SEAL_KEY_FILE:
            raise CommandError("Set SEAL_KEY_FILE to where the key shall lie.")
        path = sealing.key_file()
        if path.exists():
            if not keep:
                raise CommandError(
                    f"{path} is there already; what it has sealed is checked with it. Move it away first."
                )
        else:
            if settings.PRODUCTION and not settings.SEAL_KEY_PASSPHRASE:
                raise CommandError("Set SEAL_KEY_PASSPHRASE: a key for production is not written without one.")
            sealing.make_key(path, name, years)
        certificate = sealing.signer().signing_cert
        until = certificate.native["tbs_certificate"]["validity"]["not_after"]
        self.stdout.write(f"{path}: {certificate.subject.human_friendly}, until {until:%d %b %Y}.")
