"""Business data in, declared questions over it, and what they raise."""
