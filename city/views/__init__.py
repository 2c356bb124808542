"""Pages of the city's own things: set-up, settings, offices and terms, people, mail, the log."""
