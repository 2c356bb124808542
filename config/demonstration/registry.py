"""The accounts of Marlow Bay: eight platforms, every state, and the faults that a real registry has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountRow:
    """`state`: what has become of it. `keys`: who holds it and with which second factor, as `person:role:factor`.

    A key of `@Name, Firm` is a contractor. `practice` accounts live on the practice network and are captured.
    """

    office: str
    platform: str
    handle: str
    name: str
    keys: str
    state: str = "active"
    kind: str = "department"
    practice: bool = False


BOTH = "jmertens:full:key tvang:full:app"

ACCOUNTS = [
    # Communications
    AccountRow("communications", "bluesky", "marlowbay.test", "City of Marlow Bay", BOTH, practice=True),
    AccountRow("communications", "facebook", "cityofmarlowbay", "City of Marlow Bay", BOTH),
    AccountRow(
        "communications", "x", "marlowbay", "City of Marlow Bay", BOTH + " leaver:editor:sms", "paused"
    ),
    AccountRow("communications", "instagram", "cityofmarlowbay", "City of Marlow Bay", BOTH),
    AccountRow("communications", "youtube", "marlowbaycitychannel", "Marlow Bay City Channel", BOTH),
    AccountRow("communications", "nextdoor", "city-of-marlow-bay", "City of Marlow Bay", "jmertens:full:app"),
    AccountRow("communications", "threads", "cityofmarlowbay", "City of Marlow Bay", BOTH),
    AccountRow(
        "communications", "mastodon", "marlowbay@social.example", "City of Marlow Bay", BOTH, "setting_up"
    ),
    # Parks and its divisions
    AccountRow(
        "parks",
        "bluesky",
        "parks.marlowbay.test",
        "Marlow Bay Parks",
        "staff:full:app head:full:key",
        practice=True,
    ),
    AccountRow("parks", "facebook", "marlowbayparks", "Marlow Bay Parks", "staff:full:sms head:full:app"),
    AccountRow("parks", "instagram", "marlowbayparks", "Marlow Bay Parks", "staff:full:app head:editor:app"),
    AccountRow("parks", "x", "mbparks", "Marlow Bay Parks", "staff:full:unknown", "retired"),
    AccountRow(
        "aquatics", "facebook", "marlowbaybeaches", "Marlow Bay Beaches", "rhobbs:full:app staff:full:app"
    ),
    AccountRow(
        "aquatics",
        "bluesky",
        "beaches.marlowbay.test",
        "Marlow Bay Beaches",
        "rhobbs:full:app staff:full:app",
        practice=True,
        kind="programme",
    ),
    AccountRow(
        "aquatics", "x", "mbbeachwater", "Beach water quality", "rhobbs:full:none", "paused", "programme"
    ),
    AccountRow(
        "forestry", "instagram", "marlowbaytrees", "Trees of Marlow Bay", "elund:full:sms", kind="programme"
    ),
    AccountRow(
        "forestry",
        "bluesky",
        "trees.marlowbay.test",
        "Trees of Marlow Bay",
        "elund:full:app staff:full:app",
        practice=True,
        kind="programme",
    ),
    # Health
    AccountRow(
        "health",
        "bluesky",
        "health.marlowbay.test",
        "Marlow Bay Public Health",
        "nsharma:full:key bdietz:full:app",
        practice=True,
    ),
    AccountRow(
        "health",
        "facebook",
        "marlowbayhealth",
        "Marlow Bay Public Health",
        "nsharma:full:app bdietz:full:app",
    ),
    AccountRow("health", "instagram", "marlowbayhealth", "Marlow Bay Public Health", "nsharma:full:app"),
    AccountRow(
        "health", "x", "mbpublichealth", "Marlow Bay Public Health", "nsharma:full:app bdietz:full:sms"
    ),
    AccountRow(
        "health",
        "youtube",
        "marlowbayhealth",
        "Marlow Bay Public Health",
        "nsharma:full:app @Quinn Abara, Brightside Media:editor:unknown",
    ),
    # Library
    AccountRow(
        "library",
        "bluesky",
        "library.marlowbay.test",
        "Marlow Bay Public Library",
        "lcho:full:app mortega:full:app",
        practice=True,
    ),
    AccountRow(
        "library",
        "facebook",
        "marlowbaylibrary",
        "Marlow Bay Public Library",
        "lcho:full:app leaver:full:none",
    ),
    AccountRow(
        "library", "instagram", "mblibrary", "Marlow Bay Public Library", "lcho:full:app mortega:full:app"
    ),
    AccountRow(
        "library",
        "youtube",
        "mblibrarystorytime",
        "Storytime at the library",
        "mortega:full:unknown",
        kind="programme",
    ),
    AccountRow("library", "x", "mblibrary", "Marlow Bay Public Library", "lcho:full:app", "closing"),
    AccountRow(
        "library", "threads", "mblibrary", "Marlow Bay Public Library", "lcho:full:app mortega:editor:app"
    ),
    # Police and fire
    AccountRow(
        "police",
        "bluesky",
        "police.marlowbay.test",
        "Marlow Bay Police",
        "kpratt:full:key tvang:full:app",
        practice=True,
    ),
    AccountRow(
        "police", "facebook", "marlowbaypolice", "Marlow Bay Police", "kpratt:full:key tvang:full:app"
    ),
    AccountRow("police", "x", "marlowbaypd", "Marlow Bay Police", "kpratt:full:key tvang:editor:app"),
    AccountRow(
        "police", "nextdoor", "marlow-bay-police", "Marlow Bay Police", "kpratt:full:app tvang:full:app"
    ),
    AccountRow(
        "fire",
        "bluesky",
        "fire.marlowbay.test",
        "Marlow Bay Fire",
        "dwalsh:full:app tvang:full:app",
        practice=True,
    ),
    AccountRow("fire", "facebook", "marlowbayfire", "Marlow Bay Fire", "dwalsh:full:app"),
    AccountRow("fire", "x", "marlowbayfire", "Marlow Bay Fire", "dwalsh:full:app tvang:editor:app"),
    AccountRow(
        "fire",
        "instagram",
        "marlowbayfire",
        "Marlow Bay Fire",
        "dwalsh:full:app @Rae Sutter, Sutter Photo:editor:sms",
    ),
    # Streets, water, transit
    AccountRow(
        "streets",
        "bluesky",
        "streets.marlowbay.test",
        "Marlow Bay Streets",
        "sgraf:full:app jmertens:full:key",
        practice=True,
    ),
    AccountRow(
        "streets",
        "facebook",
        "marlowbaystreets",
        "Marlow Bay Streets and Recycling",
        "sgraf:full:app jmertens:full:key",
    ),
    AccountRow("streets", "nextdoor", "marlow-bay-streets", "Marlow Bay Streets", "sgraf:full:unknown"),
    AccountRow(
        "water",
        "facebook",
        "marlowbaywater",
        "Marlow Bay Water Utility",
        "hnguyen:full:app jmertens:full:key",
    ),
    AccountRow("water", "x", "mbwater", "Marlow Bay Water Utility", "hnguyen:full:none", "retired"),
    AccountRow(
        "water",
        "bluesky",
        "water.marlowbay.test",
        "Marlow Bay Water Utility",
        "hnguyen:full:app jmertens:full:key",
        practice=True,
    ),
    AccountRow(
        "transit",
        "bluesky",
        "transit.marlowbay.test",
        "Marlow Bay Transit",
        "pcole:full:app tvang:full:app",
        practice=True,
    ),
    AccountRow("transit", "facebook", "ridemarlowbay", "Marlow Bay Transit", "pcole:full:app tvang:full:app"),
    AccountRow(
        "transit",
        "x",
        "ridemarlowbay",
        "Marlow Bay Transit alerts",
        "pcole:full:app tvang:full:app",
        kind="emergency",
    ),
    AccountRow("transit", "instagram", "ridemarlowbay", "Marlow Bay Transit", "pcole:full:sms"),
    # Planning, engineering, clerk, emergency, mayor
    AccountRow(
        "planning",
        "facebook",
        "planmarlowbay",
        "Plan Marlow Bay",
        "vromero:full:app jmertens:full:key",
        kind="programme",
    ),
    AccountRow(
        "planning",
        "youtube",
        "planmarlowbay",
        "Plan Marlow Bay",
        "vromero:full:unknown jmertens:full:key",
        kind="programme",
    ),
    AccountRow(
        "engineering", "facebook", "mbroadwork", "Road work in Marlow Bay", "jfischer:full:app sgraf:full:app"
    ),
    AccountRow("engineering", "x", "mbroadwork", "Road work in Marlow Bay", "jfischer:full:none", "closing"),
    AccountRow(
        "clerk",
        "bluesky",
        "clerk.marlowbay.test",
        "Marlow Bay City Clerk",
        "deputyclerk:full:key clerk:full:key",
        practice=True,
    ),
    AccountRow(
        "clerk", "facebook", "marlowbayclerk", "Marlow Bay City Clerk", "deputyclerk:full:app clerk:full:key"
    ),
    AccountRow(
        "emergency", "x", "mbready", "Marlow Bay Ready", "gbauer:full:app jmertens:full:key", kind="emergency"
    ),
    AccountRow(
        "emergency",
        "facebook",
        "marlowbayready",
        "Marlow Bay Ready",
        "gbauer:full:app jmertens:full:key",
        kind="emergency",
    ),
    AccountRow(
        "emergency", "nextdoor", "marlow-bay-ready", "Marlow Bay Ready", "gbauer:full:app", kind="emergency"
    ),
    AccountRow(
        "mayor",
        "facebook",
        "mayorofmarlowbay",
        "Mayor of Marlow Bay",
        "mayorsoffice:full:app jmertens:full:key",
    ),
    AccountRow("mayor", "x", "mbmayor", "Mayor of Marlow Bay", "mayorsoffice:full:app jmertens:editor:key"),
    AccountRow(
        "mayor",
        "bluesky",
        "mayor.marlowbay.test",
        "Mayor of Marlow Bay",
        "mayorsoffice:full:key jmertens:full:key",
        practice=True,
    ),
    AccountRow(
        "council",
        "youtube",
        "marlowbaycouncil",
        "Marlow Bay Common Council",
        "councilaide2:full:app jmertens:full:key",
    ),
    # District pages
    AccountRow(
        "district-1",
        "facebook",
        "marlowbaydistrict1",
        "District 1",
        "aide:full:app councilaide2:full:app",
        kind="district",
    ),
    AccountRow(
        "district-2", "facebook", "marlowbaydistrict2", "District 2", "councilaide2:full:app", kind="district"
    ),
    AccountRow(
        "district-3",
        "bluesky",
        "district3.marlowbay.test",
        "District 3",
        "aide:full:app alder:full:app councilaide2:full:app",
        practice=True,
        kind="district",
    ),
    AccountRow(
        "district-3",
        "facebook",
        "marlowbaydistrict3",
        "District 3",
        "aide:full:app alder:editor:app",
        kind="district",
    ),
    AccountRow(
        "district-5",
        "facebook",
        "marlowbaydistrict5",
        "District 5",
        "aide:full:app councilaide2:full:app",
        kind="district",
    ),
    AccountRow(
        "district-7",
        "bluesky",
        "district7.marlowbay.test",
        "District 7",
        "aide:full:app councilaide2:full:app",
        practice=True,
        kind="district",
    ),
    AccountRow(
        "district-8",
        "instagram",
        "marlowbaydistrict8",
        "District 8",
        "councilaide2:full:none",
        kind="district",
    ),
    AccountRow(
        "district-10",
        "facebook",
        "marlowbaydistrict10",
        "District 10",
        "aide:full:app councilaide2:full:app",
        "setting_up",
        "district",
    ),
]
