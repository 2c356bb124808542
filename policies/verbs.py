"""The sentences of policies in the log of acts."""

VERBS = {
    "policy.added": "{actor} added {subject}",
    "policy.changed": "{actor} changed the entry of {subject}",
    "version.drafted": "{actor} began to draft {subject}",
    "version.changed": "{actor} changed the draft of {subject}",
    "version.submitted": "{actor} sent {subject} to legal review",
    "version.returned": "{actor} asked for changes in {subject}",
    "version.reviewed": "{actor} approved {subject} in legal review",
    "version.adopted": "{actor} recorded the adoption of {subject}",
    "version.withdrawn": "{actor} withdrew the draft of {subject}",
    "version.acknowledged": "{actor} acknowledged {subject}",
    "ground.added": "{actor} added the ground {subject}",
    "ground.changed": "{actor} changed the ground {subject}",
    "ground.removed": "{actor} removed the ground {subject}",
}
