"""Approvals: what somebody other than the author decided about one revision."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from city.models.entry import append_only


class Approval(models.Model):
    """One decision about one wording. The database itself sees to it that nobody approves their own."""

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned for changes"

    revision = models.ForeignKey("posts.Revision", models.PROTECT, related_name="approvals")
    content_hash = models.CharField(max_length=64, help_text="Of the wording that the approver saw.")
    author = models.ForeignKey(
        "city.User", models.PROTECT, related_name="+", help_text="Who wrote this wording."
    )
    post_author = models.ForeignKey(
        "city.User", models.PROTECT, related_name="+", help_text="Who began the post."
    )
    by = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision)
    reasons = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(by=F("author")) & ~Q(by=F("post_author")),
                name="posts_approval_not_by_the_author",
            ),
            # One decision a wording: a returned one is written anew before it is decided again.
            models.UniqueConstraint(fields=["revision"], name="posts_approval_once"),
            models.CheckConstraint(
                condition=Q(decision="approved") | ~Q(reasons=""), name="posts_approval_return_has_reasons"
            ),
        ]
        triggers = [
            *append_only(),
            # The copied columns are the revision's own, and what is approved can be read by everybody.
            pgtrigger.Trigger(
                name="of_this_wording",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM posts_revision r JOIN posts_post p ON p.id = r.post_id
                        WHERE r.id = NEW.revision_id AND r.content_hash = NEW.content_hash
                          AND r.author_id = NEW.author_id AND p.author_id = NEW.post_author_id
                    ) THEN
                        RAISE EXCEPTION 'an approval must name its wording and authors as they are'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'posts_approval_of_this_wording';
                    END IF;
                    IF NEW.decision = 'approved' AND EXISTS (
                        SELECT 1 FROM posts_picture WHERE revision_id = NEW.revision_id AND btrim(alt) = ''
                    ) THEN
                        RAISE EXCEPTION 'a picture without alternative text cannot be approved'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'posts_approval_pictures_described';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}: {self.revision}"
