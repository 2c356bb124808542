"""What was adopted: policies, their versions and clauses, the grounds in them, and who acknowledged what."""

from policies.models.acknowledgement import Acknowledgement
from policies.models.clause import Act, Clause, Ground, KeywordKind
from policies.models.policy import Policy
from policies.models.version import Version

__all__ = ["Acknowledgement", "Act", "Clause", "Ground", "KeywordKind", "Policy", "Version"]
