"""Where the packs in use are. It reads no rule, so what needs none starts sooner."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from paizhu.rules.reading import Unreadable, read_yaml

OWN = Path(__file__).resolve().parents[3] / "packs"


def folders(named: Sequence[Path] = ()) -> list[Path]:
    """Give the packs named, or those of PAIZHU_PACKS, or the national one, with what they need."""
    words = [word for word in os.environ.get("PAIZHU_PACKS", "").split(os.pathsep) if word]
    chosen = list(named) or [Path(word) for word in words] or [OWN / "cn-discipline"]
    found = [_shown(folder) for folder in chosen]
    for folder in found:
        there = {one.resolve().name for one in found}
        for need in _needs(folder):
            places = (folder.resolve().parent / need, OWN / need)
            place = next((p for p in places if (p / "pack.yaml").is_file()), None)
            if need not in there and place is not None:
                found.append(_shown(place))
    return sorted(found, key=lambda one: bool(_needs(one)))


def _needs(folder: Path) -> list[str]:
    """Read what a pack needs; what is wrong with the file is said when it is loaded."""
    file = folder / "pack.yaml"
    try:
        data = read_yaml(file.read_bytes()).data
    except (OSError, Unreadable):
        return []
    needs = data.get("needs") if isinstance(data, dict) else None
    return [str(need) for need in needs] if isinstance(needs, list) else []


def _shown(folder: Path) -> Path:
    """Name a folder the way an editor can open it from here."""
    here = Path.cwd()
    return (
        folder.relative_to(here) if folder.is_absolute() and folder.is_relative_to(here) else folder
    )
