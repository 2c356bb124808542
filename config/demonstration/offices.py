"""The offices, districts and people of Marlow Bay."""

from dataclasses import dataclass

from city.roles import Role

CITY = {
    "name": "City of Marlow Bay",
    "population": 148_300,
    "website_url": "https://www.marlowbay.example",
    "policy_url": "https://www.marlowbay.example/social-media-policy",
}
MAIL_DOMAIN = "marlowbay.example"


@dataclass(frozen=True)
class OfficeRow:
    key: str
    kind: str
    name: str
    parent: str = ""
    custodian: str = ""


OFFICES = [
    OfficeRow("communications", "department", "Communications", custodian="Communications manager"),
    OfficeRow("parks", "department", "Parks and Recreation", custodian="Parks administrative officer"),
    OfficeRow("forestry", "division", "Forestry", "parks"),
    OfficeRow("aquatics", "division", "Aquatics and Beaches", "parks"),
    OfficeRow("health", "department", "Public Health", custodian="Health records coordinator"),
    OfficeRow("library", "department", "Public Library", custodian="Library business manager"),
    OfficeRow("police", "department", "Police", custodian="Police records section head"),
    OfficeRow("fire", "department", "Fire", custodian="Fire administrative services manager"),
    OfficeRow("streets", "department", "Streets and Recycling", custodian="Streets operations clerk"),
    OfficeRow("water", "department", "Water Utility", custodian="Utility customer services manager"),
    OfficeRow("transit", "department", "Marlow Bay Transit", custodian="Transit planning specialist"),
    OfficeRow(
        "planning", "department", "Planning and Community Development", custodian="Planning office manager"
    ),
    OfficeRow("engineering", "department", "Engineering", custodian="Engineering records clerk"),
    OfficeRow("clerk", "department", "City Clerk", custodian="Deputy City Clerk"),
    OfficeRow(
        "emergency", "department", "Emergency Management", custodian="Emergency management coordinator"
    ),
    OfficeRow("it", "department", "Information Technology", custodian="IT business manager"),
    OfficeRow("attorney", "department", "City Attorney", custodian="Legal office administrator"),
    OfficeRow("mayor", "mayor", "Office of the Mayor", custodian="Mayor's chief of staff"),
    OfficeRow("council", "council", "Common Council Office", custodian="Council chief of staff"),
]

#: District number → the member who holds the seat now, and the one before.
MEMBERS = {
    1: ("Ingrid Aasen", "Walter Pohl"),
    2: ("Marcus Bell", "Marcus Bell"),
    3: ("Dana Okafor", "Lyle Brandt"),
    4: ("Teresa Quiroz", "Anne Whitcomb"),
    5: ("Paul Xiong", "Paul Xiong"),
    6: ("Rosalind Meyer", "Gary Stolz"),
    7: ("Ahmed Farah", "Joan Petrie"),
    8: ("Keiko Lindgren", "Keiko Lindgren"),
    9: ("Bernard Yellowbird", "Sal Moretti"),
    10: ("Grace Ndiaye", "Holly Kramer"),
    11: ("Owen Castellano", "Owen Castellano"),
    12: ("Priya Raman", "Frank Dressler"),
}


@dataclass(frozen=True)
class PersonRow:
    """`key` is the part of the address before the @; one person of each role is named by the role."""

    key: str
    name: str
    title: str
    role: str
    office: str = ""
    try_this: str = ""


#: One person per role: whom the sign-in page offers.
CAST = [
    PersonRow(
        "administrator",
        "Ada Administrator",
        "Systems administrator",
        Role.ADMINISTRATOR,
        try_this="Invite somebody, give them a role, and find the invitation in the outbox.",
    ),
    PersonRow(
        "officer",
        "Olivia Officer",
        "Social Media Officer",
        Role.OFFICER,
        try_this="Work through what needs attention: each figure opens its rows. Draft a policy’s next version, or hide a "
        "comment and see what will be sent.",
    ),
    PersonRow(
        "staff",
        "Stanley Staff",
        "Parks outreach specialist",
        Role.STAFF,
        "parks",
        try_this="Mend the post that was returned to you, with a picture and its description. Ask for a new account.",
    ),
    PersonRow(
        "head",
        "Helena Head",
        "Parks superintendent",
        Role.HEAD,
        "parks",
        try_this="Approve what your department wants to say. See who holds the keys of its accounts.",
    ),
    PersonRow(
        "alder",
        "Dana Okafor",
        "Alder, District 3",
        Role.ALDER,
        "district-3",
        try_this="Write a post for District 3 with a picture. Look why and from when you must be silent, and answer a "
        "resident’s comment.",
    ),
    PersonRow(
        "aide",
        "Adrian Aide",
        "Council legislative aide",
        Role.AIDE,
        "district-3",
        try_this="Approve the alder’s post: not its author, but you let it go out. Follow it to the network.",
    ),
    PersonRow(
        "attorney",
        "Atticus Attorney",
        "Assistant City Attorney",
        Role.ATTORNEY,
        try_this="Review version 2 of the comment policy, which the Clerk can then adopt. Second a block, or refuse it.",
    ),
    PersonRow(
        "cio",
        "Cecilia Chief",
        "Chief information officer",
        Role.CIO,
        try_this="Approve, limit or prohibit a platform, and attest a second factor.",
    ),
    PersonRow(
        "clerk",
        "Clarence Clerk",
        "City Clerk",
        Role.CLERK,
        try_this="Record the adoption of a policy. Open the spring election: rules, seats that are up, and each blackout’s "
        "reasons. Record a filing and see what it changes.",
    ),
    PersonRow(
        "custodian",
        "Constance Custodian",
        "Records custodian",
        Role.CUSTODIAN,
        try_this="Search the archive, open a record and read its versions and its proof.",
    ),
    PersonRow(
        "moderator",
        "Mona Moderator",
        "Community moderator",
        Role.MODERATOR,
        try_this="Open a comment, pick the clause, see what will be sent, and decide. A resident’s page on the practice "
        "network shows what became of it.",
    ),
    PersonRow(
        "appeals",
        "Apollo Appeals",
        "Appeals officer",
        Role.APPEALS,
        try_this="Answer the appeal that waits: read the comment, the rule as it read, and both sides. The network follows.",
    ),
    PersonRow(
        "auditor",
        "Audrey Auditor",
        "Internal auditor",
        Role.AUDITOR,
        try_this="Read the story of District 3 as sentences, open the evidence of a decision, verify the archive. You can "
        "change nothing.",
    ),
]

#: The others who hold keys or ask for accounts.
COLLEAGUES = [
    PersonRow("jmertens", "Jule Mertens", "Communications specialist", Role.STAFF, "communications"),
    PersonRow("tvang", "Tou Vang", "Digital media coordinator", Role.STAFF, "communications"),
    PersonRow("rhobbs", "Renee Hobbs", "Aquatics manager", Role.STAFF, "aquatics"),
    PersonRow("elund", "Erik Lund", "City forester", Role.STAFF, "forestry"),
    PersonRow("nsharma", "Nisha Sharma", "Health educator", Role.STAFF, "health"),
    PersonRow("bdietz", "Bob Dietz", "Health information officer", Role.STAFF, "health"),
    PersonRow("lcho", "Lena Cho", "Library marketing librarian", Role.STAFF, "library"),
    PersonRow("mortega", "Miguel Ortega", "Branch supervisor", Role.STAFF, "library"),
    PersonRow("kpratt", "Kim Pratt", "Public information officer, Police", Role.STAFF, "police"),
    PersonRow("dwalsh", "Declan Walsh", "Public information officer, Fire", Role.STAFF, "fire"),
    PersonRow("sgraf", "Sonja Graf", "Streets public works supervisor", Role.STAFF, "streets"),
    PersonRow("hnguyen", "Hanh Nguyen", "Water customer outreach", Role.STAFF, "water"),
    PersonRow("pcole", "Patrick Cole", "Transit rider information", Role.STAFF, "transit"),
    PersonRow("vromero", "Valeria Romero", "Planner", Role.STAFF, "planning"),
    PersonRow("jfischer", "Jonas Fischer", "Project engineer", Role.STAFF, "engineering"),
    PersonRow("deputyclerk", "Delphine Deputy", "Deputy City Clerk", Role.STAFF, "clerk"),
    PersonRow("gbauer", "Greta Bauer", "Emergency management coordinator", Role.STAFF, "emergency"),
    PersonRow("mayorsoffice", "Noah Whitfield", "Mayor's communications director", Role.STAFF, "mayor"),
    PersonRow("councilaide2", "Simone Archer", "Council legislative aide", Role.AIDE, "council"),
    PersonRow("leaver", "Lou Leaver", "Former outreach specialist", Role.STAFF, "library"),
]
