"""How a view carries out one action: a refusal stands beside its field, and what was typed is kept."""

from collections.abc import Callable
from typing import Any

from django import forms

from city.refusals import NotAllowed, Refusal


def carried_out(form: forms.BaseForm, act: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
    """Run an action with a valid form's values. False when it was refused: then draw the form again.

    What the person may not do at all is answered with a page that says so (403), not beside a field.
    """
    try:
        act(*arguments, **named)
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True
