"""The addresses of the pages by role, each with its policy."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import approvals

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
]
