"""The pages of posts: for the city’s people, and for the public."""
