"""Filters and tags that every template has without loading them (settings.TEMPLATES builtins)."""

from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.forms import BoundField, widgets
from django.http import HttpRequest
from django.utils.safestring import SafeString

from city import times, verbs
from city.models import Entry

register = template.Library()

USA_CLASS = (
    (widgets.Textarea, "usa-textarea"),
    (widgets.SelectMultiple, "usa-select rostrum-select-multiple"),
    (widgets.Select, "usa-select"),
    (widgets.FileInput, "usa-file-input"),
    (widgets.Input, "usa-input"),
)


@register.filter
def local_time(at: datetime | None) -> str:
    """Tue Dec 1, 2026, 9:00 am CST; nothing for no time."""
    return times.told(at) if at else ""


@register.filter
def local_hour(at: datetime | None) -> str:
    """9:00 am CST, under a heading that names the day."""
    return times.told_hour(at) if at else ""


@register.filter
def local_date(on: date | None) -> str:
    """Tue Dec 1, 2026; nothing for no date."""
    return times.told_date(on) if on else ""


@register.filter
def age(since: datetime | None, at: datetime) -> str:
    """How long ago: {{ request.made_at|age:request.at }}."""
    return times.age(since, at) if since else ""


@register.filter
def sentence(entry: Entry) -> str:
    """What an entry of the log tells."""
    return verbs.sentence(entry)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's address with parts of its query replaced: {% query page=3 %}; None takes one away."""
    request: HttpRequest = context["request"]
    parameters = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    encoded = parameters.urlencode()
    return f"?{encoded}" if encoded else request.path


@register.filter
def page_numbers(paginator: Paginator, number: int) -> list[int]:
    """The page numbers to offer; 0 stands where some are left out."""
    shown = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [one if isinstance(one, int) else 0 for one in shown]


@register.filter
def widget_kind(field: BoundField) -> str:
    """Which markup of the design system a field wants."""
    widget = field.field.widget
    if isinstance(widget, widgets.CheckboxInput):
        return "checkbox"
    if isinstance(widget, widgets.RadioSelect):  # CheckboxSelectMultiple is one too
        return "choices"
    if isinstance(widget, widgets.FileInput):
        return "file"
    return "input"


@register.filter
def usa_widget(field: BoundField) -> SafeString:
    """The field's widget with the design system's classes."""
    name = next((name for kind, name in USA_CLASS if isinstance(field.field.widget, kind)), "")
    if isinstance(field.field.widget, widgets.CheckboxInput):
        name = "usa-checkbox__input"
    own = field.field.widget.attrs.get("class", "")
    wrong = "usa-input--error" if field.errors else ""
    attributes: dict[str, str | bool] = {"class": " ".join(filter(None, [name, own, wrong]))}
    if field.field.required and field.form.use_required_attribute:
        attributes["aria-required"] = "true"
    return field.as_widget(attrs=attributes)
