"""Forms as the U.S. Web Design System writes them."""

from django.forms.renderers import TemplatesSetting


class UswdsRenderer(TemplatesSetting):
    """`{{ form }}` writes the error summary and every field; `{{ form.name.as_field_group }}` one field."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"
