"""What of elections the log seals: the law as confirmed, the facts, the silences that follow, and incidents."""

from city.seals import Seal, fields
from elections.models import Blackout, Candidacy, Confirmation, Contest, Election, Incident, Rule

SEALS = [
    Seal(Rule, fields("key", "citation", "parameters", "effective_from", "effective_until", "proposed", "note")),
    Seal(Confirmation, fields("rule_id", "cycle", "confirmed_by_id", "confirmed_at", "note")),
    Seal(Election, fields("kind", "election_on", "ordered_on", "primary_on", "circulation_on", "circulation_note")),
    Seal(Contest, fields("election_id", "seat_id", "incumbent_id", "has_primary")),
    Seal(
        Candidacy,
        fields(
            "election_id", "person_id", "contest_id", "office_sought", "basis", "status", "version", "filed_on",
            "did_not_file", "noncandidacy_on", "withdrew_on", "on_primary_ballot", "nominated", "nominated_on",
            "caucus_on", "starts_on", "ends_on", "counsel_note",
        ),
    ),
    Seal(Blackout, fields("candidacy_id", "status", "starts_at", "ends_at", "rule_id", "explanation")),
    Seal(
        Incident,
        fields(
            "blackout_id", "account_id", "record_id", "native_id", "text", "evidence_hash", "posted_at", "status",
            "finding", "closed_at", "closed_by_id",
        ),
    ),
]  # fmt: skip
