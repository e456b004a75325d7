"""Addresses of what stands around the pages: drafts, and how pages are made."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import design, drafts

POST = ("POST",)

urlpatterns = [
    address("design/", design.design, name="design", policy="account"),
    address("drafts/", drafts.mine, name="drafts", policy="signed_in"),
    address(
        "drafts/<str:ref>/<str:step>/",
        drafts.keep,
        name="keep_draft",
        policy="signed_in",
        methods=POST,
    ),
    address(
        "drafts/<str:ref>/<str:step>/discard/",
        drafts.discard,
        name="discard_draft",
        policy="signed_in",
        methods=POST,
    ),
]
