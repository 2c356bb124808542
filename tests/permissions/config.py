"""The top floor's pages that stand in no other table."""

from tests.permissions import public

PAGES = {
    # The city of the tables is no demonstration: to everybody there is no such page.
    "demonstration": public(404),
}
