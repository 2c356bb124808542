"""The sentences of what the top floor itself does."""

VERBS = {
    "demonstration.loaded": "{actor} filled {subject} with its invented history",
}
