"""The archive at the side."""

from city.navigation import NavigationEntry
from records.permissions import can_read_records, can_see_captures, can_see_proof

NAVIGATION = [
    NavigationEntry("Records", "records:list_records", 90, can_read_records),
    NavigationEntry("Captures", "records:list_captures", 92, can_see_captures),
    NavigationEntry("Archive proof", "records:see_proof", 94, can_see_proof, also_under=("/archive/",)),
]
