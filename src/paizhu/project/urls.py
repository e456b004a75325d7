"""All addresses: the pages and the interface for programs, and the pages for what goes wrong."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/", include("paizhu.api.urls")),
    path("", include("paizhu.web.urls")),
]

handler400 = "paizhu.web.views.errors.bad_request"
handler403 = "paizhu.web.views.errors.forbidden"
handler404 = "paizhu.web.views.errors.not_found"
handler500 = "paizhu.web.views.errors.failed"
