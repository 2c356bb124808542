"""Where the registry stands in the navigation."""

from accounts.permissions import can_import_accounts, can_see_registry
from city.navigation import NavigationEntry

NAVIGATION = [
    NavigationEntry("Accounts", "accounts:list_accounts", 10, can_see_registry),
    NavigationEntry("Who holds the keys", "accounts:list_administrators", 11, can_see_registry),
    NavigationEntry("Access reviews", "accounts:list_access_reviews", 13, can_see_registry),
    NavigationEntry("Hand-overs", "accounts:list_hand_overs", 13, can_see_registry),
    NavigationEntry("Not ours", "accounts:list_declared_accounts", 13, can_see_registry),
    NavigationEntry("Errands", "accounts:list_errands", 12, can_see_registry),
    NavigationEntry("Platforms", "accounts:list_platforms", 14, can_see_registry),
    NavigationEntry("Import", "accounts:list_imports", 16, can_import_accounts),
    NavigationEntry("Requests", "accounts:list_requests", 20, can_see_registry),
    NavigationEntry("Impostors", "accounts:list_impostors", 18, can_see_registry),
    NavigationEntry(
        "Find our accounts",
        "accounts:find_accounts",
        10,
        public=True,
        about="Every official account of the city, by office and by platform.",
    ),
    NavigationEntry(
        "Is this account ours?",
        "accounts:verify_account",
        12,
        public=True,
        about="Paste an address or a name: we say whether the account speaks for the city.",
    ),
]
