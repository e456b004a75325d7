"""What stands in the pack folders: every file in its shape, still with its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Generic, TypeVar

from paizhu.kernel.digest import digest
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake, nearest
from paizhu.rules.reading import read_yaml
from paizhu.rules.shapes import shaped
from paizhu.rules.spec import (
    CalendarFile,
    CountingSpec,
    Declared,
    Duty,
    Instrument,
    Pack,
    Procedure,
    Scenario,
    Tightening,
)

S = TypeVar("S", bound=Declared)

#: Folders of a pack. The last five are read elsewhere: templates by paperwork, the others
#: by analysis.
FOLDERS: Final = (
    "law", "calendars", "procedures", "duties", "tightenings",
    "documents", "measures", "returns", "tables", "ocds",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filed(Generic[S]):
    """A declaration with the file it stands in."""

    value: S
    file: str
    path: Path
    data: bytes
    pack: str

    @property
    def digest(self) -> str:
        return digest(self.data)

    def line(self, *keys: object) -> int:
        """Give the line of a key, or of the nearest key above it."""
        source = read_yaml(self.data)
        return source.line(source.written(tuple(str(key) for key in keys)))

    def mistake(
        self,
        *keys: object,
        say: Text,
        allowed: Sequence[str] = (),
        is_warning: bool = False,
    ) -> Mistake:
        """Name a mistake at `keys` in this file."""
        key = ".".join(read_yaml(self.data).written(tuple(str(one) for one in keys)))
        return Mistake(self.file, self.line(*keys), key, say, tuple(allowed), is_warning)


@dataclass(slots=True)
class Shelf:
    """All files of all packs, by kind."""

    packs: list[Filed[Pack]] = field(default_factory=list)
    instruments: list[Filed[Instrument]] = field(default_factory=list)
    calendars: list[Filed[CalendarFile]] = field(default_factory=list)
    procedures: list[Filed[Procedure]] = field(default_factory=list)
    tightenings: list[Filed[Tightening]] = field(default_factory=list)
    duties: list[Filed[Duty]] = field(default_factory=list)
    scenarios: list[Filed[Scenario]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def counting(self, pack: str = "") -> CountingSpec:
        """Give the counting rules of `pack`; where it declares none, those of the first that does."""
        for filed in sorted(self.packs, key=lambda one: one.pack != pack):
            if "counting" in filed.value.model_fields_set:
                return filed.value.counting
        return CountingSpec()

    def versions(self) -> list[tuple[Filed[Procedure], date]]:
        """Give each day on which the rules of a procedure change, with the file then in force."""
        filed = sorted(self.procedures, key=lambda one: one.value.effective_from)
        found: dict[tuple[str, date], Filed[Procedure]] = {}
        for one in filed:
            found[(one.value.procedure, one.value.effective_from)] = one
        for over in self.tightenings:
            name, day = over.value.tightens, over.value.effective_from
            earlier = [
                f for f in filed if f.value.procedure == name and f.value.effective_from <= day
            ]
            if earlier:
                found.setdefault((name, day), earlier[-1])
        return [(one, day) for (_, day), one in sorted(found.items(), key=lambda item: item[0])]

    def tightenings_of(self, procedure: str, day: date) -> list[Filed[Tightening]]:
        """Give what tightens `procedure` on `day`: of each local pack the latest file."""
        latest: dict[str, Filed[Tightening]] = {}
        for one in sorted(self.tightenings, key=lambda over: over.value.effective_from):
            if one.value.tightens == procedure and one.value.effective_from <= day:
                latest[one.pack] = one
        return [latest[pack] for pack in sorted(latest)]


def gather(pack_dirs: Sequence[Path]) -> Shelf:
    """Read every pack folder; what cannot be read is in `mistakes`."""
    shelf = Shelf()
    for pack_dir in pack_dirs:
        _gather_pack(pack_dir, shelf)
    return shelf


def _gather_pack(pack_dir: Path, shelf: Shelf) -> None:
    file = pack_dir / "pack.yaml"
    if not file.is_file():
        say = Text(
            "此处没有规则包（缺少 pack.yaml）。", "There is no pack here (pack.yaml is missing)."
        )
        shelf.mistakes.append(Mistake(file.as_posix(), 1, "", say))
        return
    name = pack_dir.name
    _read(Pack, file, name, shelf.packs, shelf.mistakes)
    shelf.mistakes.extend(_strangers(pack_dir))
    for path in _yaml_in(pack_dir / "law"):
        _read(Instrument, path, name, shelf.instruments, shelf.mistakes)
    for path in _yaml_in(pack_dir / "calendars"):
        _read(CalendarFile, path, name, shelf.calendars, shelf.mistakes)
    for path in _yaml_in(pack_dir / "procedures"):
        if path.parent.name == "scenarios":
            _read(Scenario, path, name, shelf.scenarios, shelf.mistakes)
        else:
            _read(Procedure, path, name, shelf.procedures, shelf.mistakes)
    for path in _yaml_in(pack_dir / "duties"):
        _read(Duty, path, name, shelf.duties, shelf.mistakes)
    for path in _yaml_in(pack_dir / "tightenings"):
        _read(Tightening, path, name, shelf.tightenings, shelf.mistakes)


def _read(
    shape: type[S], path: Path, pack: str, into: list[Filed[S]], mistakes: list[Mistake]
) -> None:
    data = path.read_bytes()
    value, found = shaped(shape, data, file=path.as_posix())
    mistakes.extend(found)
    if value is not None:
        into.append(Filed(value, path.as_posix(), path, data, pack))


def _yaml_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.yaml") if path.is_file())


def _strangers(pack_dir: Path) -> Iterator[Mistake]:
    """Report what nobody would read: a misspelled folder, a file ending in .yml."""
    for path in sorted(pack_dir.iterdir()):
        if path.is_dir() and path.name not in FOLDERS and not path.name.startswith((".", "_")):
            near = nearest(path.name, FOLDERS)
            yield Mistake(
                path.as_posix(), 1, "",
                Text(f"规则包中没有“{path.name}”这类文件夹" + (f"，是否想写“{near}”？" if near else "。"),
                     f"A pack has no folder “{path.name}”" + (f"; did you mean “{near}”?" if near else ".")),
                FOLDERS,
            )  # fmt: skip
    for path in sorted(pack_dir.rglob("*.yml")):
        yield Mistake(
            path.as_posix(), 1, "",
            Text("文件名请以 .yaml 结尾，否则不会被读取。", "End the file name in .yaml, or it is not read."),
            (path.with_suffix(".yaml").name,),
        )  # fmt: skip
