"""Languages of accounts, by their codes (BCP 47): how each is called on a page."""

from django.utils.translation import get_language_info

#: Languages of cities that the framework does not name.
ALSO = {
    "zh": "Chinese",
    "hmn": "Hmong",
    "so": "Somali",
    "rhg": "Rohingya",
    "kar": "Karen",
    "yue": "Cantonese",
    "tl": "Tagalog",
}


def language_named(code: str) -> str:
    """“Spanish” for es; the code itself where nobody has a name for it."""
    first = code.lower().replace("_", "-").partition("-")[0]
    if first in ALSO:
        return ALSO[first]
    try:
        return str(get_language_info(first)["name"])
    except KeyError:
        return code
