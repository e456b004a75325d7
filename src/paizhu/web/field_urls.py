"""The addresses of the page for a phone; what the browser keeps of them is below `field/` alone."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import field

urlpatterns = [
    address("field/", field.field, name="field", policy="signed_in", methods=("GET", "POST")),
    address("field/send/", field.send, name="field_send", policy="signed_in", methods=("POST",)),
    address("field/ready/", field.ready, name="field_ready", policy="signed_in"),
    address("field/worker.js", field.worker, name="field_worker", policy="signed_in"),
]
