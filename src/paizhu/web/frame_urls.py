"""Addresses of what stands around the pages: how they are made."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import design

urlpatterns = [
    address("design/", design.design, name="design", policy="signed_in"),
]
