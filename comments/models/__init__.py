"""What the public says back: cases, what was decided and why, what was done on the network, appeals."""

from comments.models.appeal import Appeal, AppealDecision, Statement
from comments.models.block import Block
from comments.models.case import Case, Flag
from comments.models.decision import Decision, Notice, Proposal, RegisterYear
from comments.models.measure import Measure
from comments.models.wordlist import Procedure, WordList

__all__ = [
    "Appeal",
    "AppealDecision",
    "Block",
    "Case",
    "Decision",
    "Flag",
    "Measure",
    "Notice",
    "Procedure",
    "Proposal",
    "RegisterYear",
    "Statement",
    "WordList",
]
