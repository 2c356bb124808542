"""Pure rules of policies: values in, values out. No Django, no clock, no database."""
