"""The sentences of the archive's acts in the log."""

VERBS = {
    "capture.asked": "{actor} asked for a {subject}",
    "capture.done": "{actor} finished the {subject}",
    "capture.failed": "{actor} could not finish the {subject}",
    "connection.restored": "{actor} can read again over the {subject}",
    "connection.failing": "{actor} cannot read over the {subject}",
    "connection.refused": "{actor} was refused over the {subject}: a person must connect it again",
    "checkpoint.made": "{actor} signed {subject}",
    "verification.asked": "{actor} asked for {subject}",
    "verification.done": "{actor} finished {subject}",
    "verification.failed": "{actor} could not finish {subject}",
}
