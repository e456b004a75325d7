"""The addresses of the workbench."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import workbench

urlpatterns = [
    address(
        "workbench/",
        workbench.workbench,
        name="workbench",
        policy="signed_in",
        methods=("GET", "POST"),
    ),
    address(
        "workbench/drafts/<int:number>/",
        workbench.keep,
        name="keep_draft_measure",
        policy="signed_in",
        methods=("POST",),
    ),
]
