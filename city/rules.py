"""The city floor's own rules: values in, values out."""

CONTRAST = 4.5  # WCAG 2.1, success criterion 1.4.3


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 (black) to 1 (white), after WCAG 2.1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str = "#ffffff") -> float:
    """Contrast ratio of two colours, 1 to 21, after WCAG 2.1."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def is_readable_on_white(colour: str) -> bool:
    """Whether text of this colour on white, or white on it, meets WCAG 2.1 AA."""
    return contrast(colour) >= CONTRAST
