"""The addresses for programs."""

from __future__ import annotations

from paizhu.api import routes
from paizhu.api.policies import address

urlpatterns = [
    address("procedures/", routes.procedures, name="api_procedures", policy="signed_in"),
    address(
        "procedures/<slug:procedure>/actions/<slug:action>/",
        routes.action,
        name="api_action",
        policy="signed_in",
    ),
]
