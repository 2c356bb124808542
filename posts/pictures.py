"""Pictures as people upload them, made into what every network takes. Pure of the database."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from city.refusals import Refusal

LARGEST_UPLOAD = 20 * 2**20
LARGEST_KEPT = 950_000  # the smallest limit of the networks, with room
LONGEST_SIDE = 2000
MOST_PIXELS = 60_000_000
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


class NotAPicture(Refusal):
    """What was uploaded cannot be shown as a picture."""


@dataclass(frozen=True)
class Prepared:
    """A picture as it is kept: upright, without hidden information, small enough. Sizes in pixels."""

    body: bytes
    mime: str
    width: int
    height: int


def prepared(body: bytes) -> Prepared:
    """Read what the bytes really are, turn it upright, drop what a camera hid in it (also the place), shrink it.

    Raises NotAPicture with what to do about it.
    """
    if len(body) > LARGEST_UPLOAD:
        raise NotAPicture(
            f"The picture is larger than {LARGEST_UPLOAD // 2**20} MB. Upload a smaller one.", field="picture"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=tuple(FORMATS)) as image:
                return _kept(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise NotAPicture(
            "This is not a JPEG, PNG, GIF or WebP picture that can be read.", field="picture"
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture(
            "The picture has too many pixels. Upload a smaller one.", field="picture"
        ) from error


def _kept(image: Image.Image) -> Prepared:
    if image.width * image.height > MOST_PIXELS:
        raise NotAPicture("The picture has too many pixels. Upload a smaller one.", field="picture")
    if getattr(image, "is_animated", False):
        raise NotAPicture(
            "Moving pictures are not accepted: people cannot stop them. Upload a still one.", field="picture"
        )
    drawn_flat = image.format in ("PNG", "GIF")
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if drawn_flat:
        plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        saved = _written(plain, "PNG", optimize=True)
        if len(saved) <= LARGEST_KEPT:
            return Prepared(saved, "image/png", plain.width, plain.height)
    return _as_jpeg(_on_white(upright))


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    white = Image.new("RGB", layer.size, "white")
    white.paste(layer, mask=layer.getchannel("A"))
    return white


def _as_jpeg(image: Image.Image) -> Prepared:
    while True:
        for quality in (88, 78, 68):
            saved = _written(image, "JPEG", quality=quality, optimize=True)
            if len(saved) <= LARGEST_KEPT:
                return Prepared(saved, "image/jpeg", image.width, image.height)
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))


def _written(image: Image.Image, form: str, **options: object) -> bytes:
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    out = io.BytesIO()
    clean.save(out, form, **options)
    return out.getvalue()
