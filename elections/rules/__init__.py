"""When the city must be silent, as pure functions of dates, facts and the statutes' parameters.

No Django, no clock, no constants of law: parameters come in as `parameters.Parameters`, made from the dated
rows of `elections.Rule`. Every result can say in sentences how it was found.
"""
