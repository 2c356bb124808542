"""Marlow Bay, an invented city in which everything can be tried and nothing is real.

It is made by the actions that people use, at dates relative to today; what its accounts said stands on
the practice network, from where the archive worker captures it as it would capture a real one.
"""
