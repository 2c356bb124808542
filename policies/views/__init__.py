"""Pages of policies: the public's, the desk on which they are made, and acknowledgements."""
