"""Addresses of signing in beyond the gate, of one's own account, and of what one is told."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import account, inbox, signing_in

POST = ("POST",)
BOTH = ("GET", "POST")

urlpatterns = [
    address("sign-in/second/", signing_in.second_step, name="second_step", policy="public", methods=BOTH),
    address("welcome/<str:secret>/", signing_in.welcome, name="welcome", policy="public", methods=BOTH),
    address("account/", account.account, name="account", policy="account"),
    address("account/<slug:what>/", account.step, name="account_step", policy="account", methods=POST),
    # Notices.
    address("notices/", inbox.inbox, name="inbox", policy="signed_in"),
    address("notices/mark/", inbox.mark, name="mark_notices", policy="signed_in", methods=POST),
    address("notices/out/", inbox.out, name="notices_out", policy="signed_in", methods=BOTH),
    address("due/<str:secret>.ics", inbox.feed, name="due_feed", policy="public"),
]  # fmt: skip
