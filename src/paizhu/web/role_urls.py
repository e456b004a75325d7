"""The addresses of the pages by role, each with its policy."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import approvals, boards, saved, together, units

POST = ("POST",)
BOTH = ("GET", "POST")

urlpatterns = [
    # Approvals, one after the other.
    address("approvals/", approvals.stack, name="approvals", policy="signed_in"),
    address(
        "approvals/<str:ref>/<int:proposal>/sign/",
        approvals.sign,
        name="stack_sign",
        policy="signed_in",
        methods=POST,
    ),
    address(
        "approvals/<str:ref>/<int:proposal>/return/",
        approvals.give_back,
        name="stack_return",
        policy="signed_in",
        methods=POST,
    ),
    # Boards: counts within rights.
    address("team/", boards.team, name="team", policy="signed_in"),
    address("office/", boards.office, name="office", policy="signed_in"),
    address("city/", boards.city, name="city", policy="signed_in"),
    # Units and posts.
    address("units/", units.units, name="units", policy="signed_in"),
    address("units/<slug:code>/", units.unit, name="unit", policy="signed_in"),
    address("posts/<slug:code>/<slug:key>/", units.post, name="post", policy="signed_in"),
    # Saved filters of the list.
    address("filters/", saved.filters, name="filters", policy="signed_in", methods=BOTH),
    address("filters/<int:number>/", saved.look, name="filter", policy="signed_in"),
    address(
        "filters/<int:number>/drop/",
        saved.drop,
        name="drop_filter",
        policy="signed_in",
        methods=POST,
    ),
    # One step for several matters.
    address("together/", together.offered, name="together", policy="signed_in"),
    address(
        "together/<str:rules>/<slug:action>/",
        together.step,
        name="together_step",
        policy="signed_in",
        methods=BOTH,
    ),
]
