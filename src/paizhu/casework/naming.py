"""The names of the people, bodies and posts that occur in a matter, read in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from paizhu.casework.writing import Bench
from paizhu.engine.entries import Value
from paizhu.kernel.text import Text
from paizhu.registry.models import Body, Post
from paizhu.registry.principals import names_of
from paizhu.rules.fieldlines import say_cells
from paizhu.rules.fieldtypes import TYPES
from paizhu.rules.spec import FieldSpec

Names = Mapping[str, Text]


def names_in(bench: Bench) -> dict[str, Text]:
    """Give the names of every person and body that occurs in the matter. Two queries."""
    return names_of_keys(_keys(bench))


def names_of_keys(keys: Iterable[str]) -> dict[str, Text]:
    """Give the names of persons and bodies by their keys. At most two queries."""
    persons: set[int] = set()
    bodies: set[int] = set()
    for value in keys:
        kind, _, number = value.partition(":")
        if number.isdigit():
            (persons if kind == "person" else bodies).add(int(number))
    found = {f"person:{pk}": name for pk, name in names_of(persons).items()}
    if bodies:
        found |= {f"body:{body.pk}": body.name for body in Body.objects.filter(pk__in=bodies)}
    return found


def shown(value: Value, spec: FieldSpec, names: Names) -> Text:
    """Give a value as shown in each language, persons and bodies by name."""
    if spec.type in ("person", "organization") and str(value) in names:
        return names[str(value)]
    if spec.type == "organizations" and isinstance(value, list):
        return people([str(one) for one in value], names)
    show = TYPES[spec.type].show
    return Text(show(value, spec, "zh"), show(value, spec, "en"))


def table(value: Value, spec: FieldSpec, names: Names) -> tuple[tuple[Text, ...], ...]:
    """Give the rows of a `lines` field, bodies by name."""
    both = zip(say_cells(value, spec, "zh"), say_cells(value, spec, "en"), strict=True)
    return tuple(
        tuple(names.get(zh, Text(zh, en)) for zh, en in zip(*row, strict=True)) for row in both
    )


def mentioned(value: Value) -> Iterable[str]:
    """Give the keys of persons and bodies that stand in a value, also in lists and tables."""
    if isinstance(value, str):
        if value.startswith(("person:", "body:")):
            yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from mentioned(one)


def known_as(person: str, recorded: str, names: Names) -> Text:
    """Give the name recorded when somebody acted, beside the registry's English name if known."""
    known = names.get(person)
    return Text(
        recorded or (known.zh if known else person), known.en if known else recorded or person
    )


def _keys(bench: Bench) -> Iterable[str]:
    for persons in (*bench.state.seats.values(), *bench.state.substitutes.values()):
        yield from persons
    yield from bench.state.recused
    if bench.procedure.spec.hand_over:
        receiving = bench.state.parts.get(bench.procedure.spec.hand_over.to, ())
        yield from (f"body:{body}" for body in receiving)
    yield from (grant.person for grant in bench.state.grants)
    for entry in bench.entries:
        yield entry.person
        payload = entry.payload or {}
        for key in ("values", "field", "was", "value", "seats", "persons"):
            yield from mentioned(payload.get(key))


def names_of_posts(principals: Iterable[str]) -> dict[str, Text]:
    """Give readable names of post principals: body and post. One query."""
    wanted = {}
    for principal in principals:
        key, _, body = principal.removeprefix("post:").partition("@body:")
        if principal.startswith("post:") and body.isdigit():
            wanted[(key, int(body))] = principal
    if not wanted:
        return {}
    posts = Post.objects.filter(
        body_id__in={body for _, body in wanted}, key__in={key for key, _ in wanted}
    ).select_related("body")
    return {
        wanted[(post.key, post.body_id)]: Text(
            f"{post.body.name_zh} {post.title_zh}", f"{post.body.name_en}, {post.title_en}"
        )
        for post in posts
        if (post.key, post.body_id) in wanted
    }


def people(persons: Sequence[str], names: Names) -> Text:
    """Give persons by name, as a list in each language."""
    shown = [names.get(person, Text(person, person)) for person in persons]
    return Text("、".join(name.zh for name in shown), ", ".join(name.en for name in shown))
