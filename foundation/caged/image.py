"""An image that decodes, is of a sane size and is nothing else besides."""

import warnings

from PIL import Image, ImageFile

from foundation.caged.main import Refusal

MAX_PIXELS = 50_000_000


def look(path: str) -> None:
    """Decode the image whole."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # what is cut short is not whole
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=["PNG", "JPEG", "MPO"]) as picture:
                picture.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refusal(
            "bomb", "The image is larger than 50 million pixels. Make it smaller and send it again."
        ) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Refusal(
            "damaged", "The image is damaged and cannot be shown. Save it again and send it again."
        ) from error
    with open(path, "rb") as content:
        _look_for_others(content.read())


def _look_for_others(data: bytes) -> None:
    """The file that is an image to one program must not be an archive or a document to another."""
    if b"PK\x05\x06" in data[-66_000:] or b"%PDF-" in data[:1024]:
        raise Refusal(
            "polyglot", "The file is an image and something else at once. Save the image again and send it again."
        )
