"""Bodies, posts, persons in posts, accounts."""
