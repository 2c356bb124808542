"""The roles that a city grants, as DOMAIN's policies name them, and what each is for."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person may do is what their grants of these say at that moment; nothing else."""

    ADMINISTRATOR = "administrator", "System administrator"
    OFFICER = "officer", "Social Media Officer"
    STAFF = "staff", "Department staff"
    HEAD = "head", "Department head"
    ALDER = "alder", "Elected member"
    AIDE = "aide", "Council staff"
    ATTORNEY = "attorney", "City Attorney"
    CIO = "cio", "CIO and IT security"
    CLERK = "clerk", "City Clerk"
    CUSTODIAN = "custodian", "Records custodian"
    MODERATOR = "moderator", "Moderator"
    APPEALS = "appeals", "Appeals officer"
    AUDITOR = "auditor", "Auditor"


#: Roles that are held for one office and mean nothing without it.
OF_AN_OFFICE = frozenset({Role.STAFF, Role.HEAD, Role.ALDER, Role.AIDE})

#: Roles that read everything. The auditor changes nothing.
READ_ALL = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.OFFICER,
        Role.ATTORNEY,
        Role.CIO,
        Role.CLERK,
        Role.CUSTODIAN,
        Role.AUDITOR,
    }
)
