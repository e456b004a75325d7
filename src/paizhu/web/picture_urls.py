"""The addresses of pictures."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import pictures

urlpatterns = [
    address("pictures/", pictures.pictures, name="pictures", policy="signed_in"),
    address("pictures/<slug:name>/", pictures.picture, name="picture", policy="signed_in"),
    address(
        "pictures/<slug:name>/records/",
        pictures.records,
        name="picture_records",
        policy="signed_in",
    ),
]
