"""The addresses of flags, of the measures that raise them, and of relations."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern

from paizhu.web.policies import address
from paizhu.web.views import flags, measures, relations

POST = ("POST",)
BOTH = ("GET", "POST")


def _deed(word: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """Give the address of something that is done with a flag."""
    return address(f"flags/<int:flag>/{word}/", view, name=name, policy="signed_in", methods=POST)


urlpatterns = [
    address("flags/", flags.flag_list, name="flags", policy="signed_in"),
    address("flags/<int:flag>/", flags.flag, name="flag", policy="signed_in"),
    address("flags/<int:flag>/ask/", flags.ask, name="ask_flag", policy="signed_in", methods=BOTH),
    _deed("dismiss", flags.dismiss, "dismiss_flag"),
    _deed("explained", flags.explain, "explain_flag"),
    _deed("confirmed", flags.confirm, "confirm_flag"),
    _deed("merge", flags.merge, "merge_flag"),
    _deed("uphold", flags.uphold, "uphold_flag"),
    _deed("reopen", flags.reopen, "reopen_flag"),
    address("measures/", measures.measure_list, name="measures", policy="signed_in"),
    address("measures/<slug:name>/", measures.measure, name="measure", policy="signed_in"),
    address(
        "measures/<slug:name>/run/",
        measures.run,
        name="run_measure",
        policy="signed_in",
        methods=POST,
    ),
    address(
        "measures/<slug:name>/value/",
        measures.set_value,
        name="set_measure_value",
        policy="signed_in",
        methods=BOTH,
    ),
    address("relations/", relations.suppliers, name="relations", policy="signed_in"),
    address("relations/<slug:key>/", relations.supplier, name="supplier", policy="signed_in"),
    address(
        "relations/<slug:key>/same/",
        relations.same,
        name="same_company",
        policy="signed_in",
        methods=POST,
    ),
]
