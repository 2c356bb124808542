"""What must be kept, and the proof that it was kept unaltered."""

from records.models.capture import Capture
from records.models.checkpoint import Checkpoint
from records.models.payload import Payload
from records.models.record import Item, Record
from records.models.verification import Verification

__all__ = ["Capture", "Checkpoint", "Item", "Payload", "Record", "Verification"]
