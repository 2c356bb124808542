"""What the accounts of Marlow Bay said on the practice network, and what invented residents answered."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    resident: str
    hours: float
    text: str


@dataclass(frozen=True)
class Post:
    days: float
    text: str
    replies: tuple[Reply, ...] = ()


#: Handle (without `.residents.test`) → name.
RESIDENTS = {
    "hal": "Hal Brenner",
    "mai": "Mai Yang",
    "roz": "Roz Delgado",
    "uncletim": "Uncle Tim",
    "bayrunner": "Bay Runner",
    "petra": "Petra Kowalski",
    "joelw": "Joel W.",
    "sunnyside": "Sunnyside Neighbours",
    "dealz": "Best Dealz 24",
    "grumpygus": "Grumpy Gus",
    "latoya": "LaToya Simms",
    "anders": "Anders Holm",
    "fixmystreet": "Fix My Street MB",
    "mrsv": "Mrs. V.",
    "kiddo": "Kiddo's Mum",
}

PROFILES = {
    "marlowbay.test": "Official account of the City of Marlow Bay. Comments are public records. Policy: marlowbay.example/social-media-policy",
    "parks.marlowbay.test": "Parks, shelters, rinks and trails. Not monitored at night. Policy: marlowbay.example/social-media-policy",
    "beaches.marlowbay.test": "Water quality at our five beaches, tested daily in the season.",
    "trees.marlowbay.test": "Planting, pruning and the emerald ash borer.",
    "health.marlowbay.test": "Clinics, vaccination, air and water. Policy: marlowbay.example/social-media-policy",
    "library.marlowbay.test": "Nine branches, one card. Policy: marlowbay.example/social-media-policy",
    "police.marlowbay.test": "Not for emergencies: call 911. Policy: marlowbay.example/social-media-policy",
    "fire.marlowbay.test": "Fire, rescue and prevention. Not for emergencies: call 911.",
    "streets.marlowbay.test": "Snow, leaves, bins and potholes. Report one at marlowbay.example/report",
    "water.marlowbay.test": "Your water, around the clock. Breaks: 555-0142.",
    "transit.marlowbay.test": "Detours and delays. Policy: marlowbay.example/social-media-policy",
    "clerk.marlowbay.test": "Elections, licences and council records. Policy: marlowbay.example/social-media-policy",
    "mayor.marlowbay.test": "Office of the Mayor of Marlow Bay.",
    "district3.marlowbay.test": "Official page of District 3. It passes from alder to alder. Policy: marlowbay.example/social-media-policy",
    "district7.marlowbay.test": "Official page of District 7. Policy: marlowbay.example/social-media-policy",
}

POSTS: dict[str, list[Post]] = {
    "marlowbay.test": [
        Post(
            42,
            "City offices are closed on Monday for Indigenous Peoples' Day. Refuse is collected one day later all week.",
        ),
        Post(
            30,
            "The 2027 budget goes before the council on November 10. Read it in plain language: marlowbay.example/budget",
            (
                Reply(
                    "hal",
                    2,
                    "Thank you for the plain language version. First time I understood the water fund.",
                ),
                Reply(
                    "grumpygus",
                    5,
                    "Damn waste of money as usual. Fix the roads before you buy more consultants.",
                ),
                Reply(
                    "dealz",
                    6,
                    "CHEAP ROOFING best dealz today only roofing-dealz.example/now roofing-dealz.example/now",
                ),
            ),
        ),
        Post(
            18,
            "Leaf collection began on Monday. Rake to the terrace, not into the street: leaves block drains.",
            (
                Reply(
                    "fixmystreet",
                    3,
                    "Third year running that Alder Street is skipped. Report 88121 is still open.",
                ),
            ),
        ),
        Post(
            6,
            "Winter parking rules start on December 1. Know your side: marlowbay.example/winter-parking",
            (
                Reply("mai", 1, "Is there an exception for night-shift workers at the hospital?"),
                Reply("joelw", 9, "The map does not open on my phone."),
            ),
        ),
        Post(1, "Warming centres open tonight at 7 pm. Pets are welcome at the east side centre."),
    ],
    "parks.marlowbay.test": [
        Post(55, "Shelter reservations for 2027 open on January 4 at 8 am. Residents first for two weeks."),
        Post(
            33,
            "The Mill Pond boardwalk is open again. Thank you for your patience during eleven weeks of repairs.",
            (
                Reply(
                    "bayrunner", 4, "It is beautiful. The railing at the north end is loose already, though."
                ),
                Reply(
                    "petra",
                    20,
                    "My mother could go out there with her wheelchair for the first time. Thank you.",
                ),
            ),
        ),
        Post(
            12,
            "We plan to close the Lakeview tennis courts for resurfacing in spring. Tell us which weeks hurt least.",
            (
                Reply("anders", 2, "Not May. The school season runs until the first week of June."),
                Reply("uncletim", 3, "Nobody plays there anyway, close the lot."),
                Reply("latoya", 30, "We play there. Every Tuesday since 1998."),
            ),
        ),
        Post(
            3,
            "Ice rinks: crews start flooding when the ground has been frozen for five days. We will say so here.",
        ),
    ],
    "beaches.marlowbay.test": [
        Post(75, "Season's end: lifeguards leave on Labor Day. Water testing continues until September 15."),
        Post(
            64,
            "Bay Street Beach is closed today: blue-green algae. Keep dogs out of the water too.",
            (
                Reply(
                    "kiddo",
                    1,
                    "We were there this morning and there was no sign. Please put up the sign first!",
                ),
            ),
        ),
    ],
    "trees.marlowbay.test": [
        Post(
            25,
            "We take down 140 ash trees this winter and plant 210 others. Find your street: marlowbay.example/ash",
        ),
        Post(
            9,
            "Planting day: Saturday 9 am at Sunnyside Park. Shovels provided.",
            (Reply("sunnyside", 5, "We will bring coffee and thirty volunteers."),),
        ),
    ],
    "health.marlowbay.test": [
        Post(
            28,
            "Flu and COVID vaccination without appointment: Thursdays 3 to 7 pm, 210 Harbor Street. Free of charge.",
            (
                Reply("mrsv", 2, "Do you have the high-dose one for people over 65?"),
                Reply("uncletim", 4, "You people should be ashamed. I do not trust one word of it."),
            ),
        ),
        Post(
            15,
            "Air quality is unhealthy for sensitive groups until tomorrow noon. Stay indoors if you have asthma.",
        ),
        Post(2, "Norovirus is going round. Soap and water work; hand gel does not."),
    ],
    "library.marlowbay.test": [
        Post(
            38,
            "Central branch opens on Sundays again, 1 to 5 pm, from November on.",
            (Reply("roz", 1, "Best news of the month!"),),
        ),
        Post(
            20,
            "Seed library: bring back a packet from your garden and take another.",
            (Reply("petra", 3, "Are tomatoes all right, or do they cross?"),),
        ),
        Post(4, "Our book sale pays for the summer reading programme. Friday noon to 6 pm, central branch."),
    ],
    "police.marlowbay.test": [
        Post(
            35, "Road closed: County Highway B between Elm and 9th after a crash. No injuries. Opens by 6 pm."
        ),
        Post(
            14,
            "We are looking for a grey estate car seen on Harbor Street on Tuesday at 10 pm. Call 555-0177.",
            (
                Reply(
                    "joelw",
                    1,
                    "I know who this is. He had better leave town before I find him, I have a gun and his address.",
                ),
                Reply("anders", 2, "Was anybody hurt?"),
            ),
        ),
        Post(5, "Bicycle registration is free and takes two minutes: marlowbay.example/bikes"),
    ],
    "fire.marlowbay.test": [
        Post(
            22, "Change the clocks, test the alarms. We fit smoke alarms free of charge for people over 65."
        ),
        Post(
            8,
            "Crews put out a kitchen fire on Third Street last night. Nobody was hurt. Never leave oil alone.",
            (Reply("mrsv", 2, "Thank you to the crew that carried my neighbour's cat down."),),
        ),
    ],
    "streets.marlowbay.test": [
        Post(
            17,
            "Leaf collection, week 3: districts 1, 2 and 9. Week 4: districts 3, 5 and 11.",
            (
                Reply("grumpygus", 1, "Week 3 was supposed to be us. What the hell are we paying for?"),
                Reply("fixmystreet", 12, "Report 88121."),
            ),
        ),
        Post(7, "The plough map is live. It shows where a plough has been in the last two hours."),
    ],
    "water.marlowbay.test": [
        Post(
            10,
            "Main break at Harbor and 5th. Repaired by 3 am. Run cold water for five minutes if it is cloudy.",
            (Reply("hal", 6, "Clear again at our place. Well done in that cold."),),
        ),
    ],
    "transit.marlowbay.test": [
        Post(
            16,
            "Routes 4 and 9 detour around the Harbor Street works until November 30.",
            (
                Reply(
                    "latoya", 1, "The stop at 5th has no sign about it. Two people waited there this morning."
                ),
            ),
        ),
        Post(2, "Holiday service on Thursday: Sunday timetable, last trip 9:40 pm."),
    ],
    "clerk.marlowbay.test": [
        Post(
            17,
            "Polls are closed. Unofficial results: marlowbay.example/results. The canvass begins on Friday.",
        ),
        Post(
            5,
            "Nomination papers for the spring election may be circulated from December 1. Forms: marlowbay.example/run",
        ),
    ],
    "mayor.marlowbay.test": [
        Post(
            21,
            "The mayor presents the budget at 6 pm in the council chamber; live on the City Channel.",
            (
                Reply("roz", 2, "Will there be captions in Spanish this time?"),
                Reply("dealz", 3, "Make $900 a day from home!!! easy-cash.example"),
            ),
        ),
    ],
    "district3.marlowbay.test": [
        Post(
            40,
            "Harbor Street repaving: public meeting on Wednesday, 6:30 pm, at the library's east branch.",
            (
                Reply("fixmystreet", 2, "Will the bike lane survive the plan?"),
                Reply(
                    "grumpygus",
                    3,
                    "Another meeting where nobody listens. You are a useless alder and I will say so every week.",
                ),
            ),
        ),
        Post(
            11,
            "Minutes and drawings of the Harbor Street meeting are on the city's site: marlowbay.example/harbor-street",
            (
                Reply("mai", 4, "The crossing at the school is missing in drawing 4."),
                Reply("dealz", 5, "PAVING? best paving dealz paving-dealz.example click click click"),
                Reply("hal", 26, "Thank you for publishing the minutes."),
            ),
        ),
        Post(
            2,
            "Coffee with your alder: Saturday 10 am, Harbor Street bakery. Bring questions about winter parking.",
        ),
    ],
    "district7.marlowbay.test": [
        Post(
            13,
            "The footbridge over Mill Creek opens on Friday. It is wide enough for two prams.",
            (Reply("kiddo", 2, "We have waited for this for six years. Thank you!"),),
        ),
    ],
}

#: Which posts carry a picture (`handle/place`), and its alternative text. One of them has none: a finding.
PICTURES = {
    "parks.marlowbay.test/1": "The new boardwalk runs along the pond; a woman in a wheelchair looks at the water.",
    "parks.marlowbay.test/3": "",
    "trees.marlowbay.test/1": "Six young trees stand in a row beside the bay.",
    "district7.marlowbay.test/0": "The wooden footbridge over Mill Creek, seen from the east bank.",
}
