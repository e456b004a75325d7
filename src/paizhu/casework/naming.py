"""The names of the people, bodies and posts that occur in a matter, read in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from paizhu.casework.writing import Bench
from paizhu.kernel.text import Text
from paizhu.registry.models import Body, Post
from paizhu.registry.principals import names_of

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
        values = payload.get("values")
        for value in values.values() if isinstance(values, dict) else ():
            if isinstance(value, str) and value.startswith(("person:", "body:")):
                yield value
        for key in ("seats", "persons"):
            listed = payload.get(key)
            yield from (str(item) for item in listed) if isinstance(listed, list) else ()


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
