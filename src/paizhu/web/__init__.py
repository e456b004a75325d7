"""Pages: requests in, one call below, pages out."""
