"""Which accounts speak for the city, on which platform, who holds the keys, and who asked for them."""

from accounts.models.access_review import AccessReview, ReviewLine
from accounts.models.account import Account, Administrator
from accounts.models.connection import Connection
from accounts.models.credential import Credential
from accounts.models.declared import DeclaredAccount
from accounts.models.errand import Errand
from accounts.models.hand_over import HandOver
from accounts.models.imports import Import, ImportRow
from accounts.models.impostor import Impostor, ImpostorReport
from accounts.models.key_rules import KeyRules, key_rules
from accounts.models.platform import Platform
from accounts.models.proof import Proof
from accounts.models.question import Ask, Question, QuestionSet
from accounts.models.request import Request
from accounts.models.review import Review
from accounts.models.silence import Silence, account_silence, office_silence

__all__ = [
    "AccessReview",
    "Account",
    "Administrator",
    "Ask",
    "Connection",
    "Credential",
    "DeclaredAccount",
    "Errand",
    "HandOver",
    "Import",
    "ImportRow",
    "Impostor",
    "ImpostorReport",
    "KeyRules",
    "Platform",
    "Proof",
    "Question",
    "QuestionSet",
    "Request",
    "Review",
    "ReviewLine",
    "Silence",
    "account_silence",
    "key_rules",
    "office_silence",
]
