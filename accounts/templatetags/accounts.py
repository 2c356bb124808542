"""What the registry's templates say in words."""

from django import template

from accounts import languages

register = template.Library()


@register.filter
def language_named(code: str) -> str:
    """“Spanish” for es."""
    return languages.language_named(code)
