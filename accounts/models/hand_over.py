"""Hand-overs: a district's accounts pass to the next holder on the day the term starts. The accounts stay."""

from django.db import models
from django.db.models import Exists, OuterRef

from accounts.models.errand import Errand


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def under_way(self):
        """Those with something left to do."""
        return self.filter(Exists(Errand.objects.open().filter(hand_over=OuterRef("pk"))))

    def overdue(self, at):
        return self.filter(Exists(Errand.objects.overdue(at).filter(hand_over=OuterRef("pk"))))

    def visible_to(self, user, at):
        return self if user.grants_at(at) else self.none()


class HandOver(models.Model):
    """One seat's accounts, from who held it to who holds it now. Its checklist are errands."""

    term = models.OneToOneField("city.Term", models.PROTECT, related_name="hand_over")
    former = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "pk"]

    def __str__(self) -> str:
        return f"hand-over of {self.term.seat} to {self.term.person}"
