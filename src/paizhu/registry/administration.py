"""Three posts that look after the installation. They are three persons, and none of them reads content.

Whoever holds one of them has none of the principals that readers are named by, so no matter, list,
search or figure can be theirs, whatever a pack declares (decision 0019).
"""

from __future__ import annotations

from collections.abc import Iterable

from paizhu.kernel.text import Text

#: Post key, and what it looks after.
POSTS: dict[str, str] = {
    "system_admin": "system",
    "security_admin": "security",
    "audit_admin": "audit",
}
TITLES: dict[str, Text] = {
    "system": Text("系统管理", "System"),
    "security": Text("安全管理", "Security"),
    "audit": Text("审计管理", "Audit"),
}
#: Somebody on two of the posts, by a row nobody should have written: looks after nothing.
NOTHING = "nothing"


def looks_after(posts: Iterable[str]) -> str:
    """Say what somebody with these posts looks after; empty for whoever is no administrator."""
    found = {POSTS[post] for post in posts if post in POSTS}
    if not found:
        return ""
    return found.pop() if len(found) == 1 else NOTHING


def principal(person: int) -> str:
    """Name an administrator; readers are named by posts, persons and seats only."""
    return f"administrator:{person}"
