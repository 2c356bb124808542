"""When the city must be silent: the law, elections, who stands in them, and what follows."""

from elections.models.blackout import Blackout, BlackoutStep
from elections.models.candidacy import Candidacy
from elections.models.election import Contest, Election
from elections.models.incident import Incident
from elections.models.rule import Confirmation, Rule

__all__ = ["Blackout", "BlackoutStep", "Candidacy", "Confirmation", "Contest", "Election", "Incident", "Rule"]
