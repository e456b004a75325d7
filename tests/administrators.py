"""Three administrators in the small institution, and the one who says who holds posts."""

from __future__ import annotations

from paizhu.registry.models import Post
from tests import world as worlds

KEYS = {"system": "system_admin", "security": "security_admin", "audit": "audit_admin"}
NAMES = {"system": "韩系统", "security": "杨安全", "audit": "朱审计"}


def appoint(world: worlds.World) -> None:
    """Put three more people of the organ on the three posts."""
    for looks_after, key in KEYS.items():
        title = f"{looks_after} administrator"
        Post.objects.create(body=world.bodies["OR"], key=key, title_zh="管理员", title_en=title)
        worlds.person(world, looks_after, NAMES[looks_after], ("OR", key))
