"""What the log tells of posts, as sentences."""

VERBS = {
    "post.drafted": "{actor} began {subject}",
    "post.changed": "{actor} changed {subject}",
    "post.submitted": "{actor} asked for approval of {subject}",
    "post.approved": "{actor} approved {subject}",
    "post.returned": "{actor} returned {subject} for changes",
    "post.scheduled": "{actor} scheduled {subject}",
    "post.published": "{actor} published {subject} on the city’s website",
    "post.parked": "{actor} parked {subject}: a person must decide",
    "post.unparked": "{actor} took {subject} up again",
    "post.refused": "{actor} refused {subject} when it was to be sent",
    "post.withdrawn": "{actor} withdrew {subject}",
    "dispatch.sent": "{actor} sent {subject}",
    "dispatch.parked": "{actor} parked {subject}: a person must decide",
    "dispatch.refused": "{actor} refused {subject}",
    "dispatch.failed": "{actor} could not send {subject}",
    "dispatch.retried": "{actor} had {subject} sent again",
    "dispatch.cancelled": "{actor} gave up {subject}",
    "dispatch.found": "{actor} found {subject} there already",
}
