"""The addresses of help."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import help

POST = ("POST",)

urlpatterns = [
    address("help/", help.help_page, name="help", policy="signed_in"),
    address("help/seen/", help.seen, name="tour_seen", policy="signed_in", methods=POST),
    address("help/again/", help.again, name="tour_again", policy="signed_in", methods=POST),
    address("glossary/", help.glossary, name="glossary", policy="signed_in"),
    address("manual/", help.manual_list, name="manuals", policy="signed_in"),
    address("manual/<slug:procedure>/", help.manual, name="manual", policy="signed_in"),
]
