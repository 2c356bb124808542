"""Form widgets that the browser already knows how to draw."""

from django import forms


class DateInput(forms.DateInput):
    """A date, with the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """A date and time in the city's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class ColourInput(forms.TextInput):
    """A colour, with the browser's own palette."""

    input_type = "color"
