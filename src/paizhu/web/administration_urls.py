"""Addresses of the three administrators, and of whoever says who holds which post."""

from __future__ import annotations

from paizhu.web.policies import address
from paizhu.web.views import audit, post_lists, security, system

POST = ("POST",)
BOTH = ("GET", "POST")

urlpatterns = [
    address("administration/system/", system.system, name="system", policy="system"),
    address("administration/system/copy/", system.copy, name="system_copy", policy="system", methods=POST),
    address("administration/system/compare/", system.compare, name="system_compare", policy="system", methods=POST),
    address("administration/audit/", audit.audit, name="audit", policy="audit"),
    address("administration/audit/verify/", audit.verify, name="audit_verify", policy="audit", methods=POST),
    address("administration/security/", security.security, name="security", policy="security"),
    address("administration/security/new/", security.new, name="new_account", policy="security", methods=BOTH),
    address("administration/security/rules/", security.rules, name="sign_in_rules", policy="security", methods=BOTH),
    address("administration/security/sessions/", security.sessions, name="sessions", policy="security", methods=BOTH),
    address("administration/security/accounts/<str:username>/", security.account, name="an_account",
            policy="security", methods=BOTH),
    address("administration/posts/", post_lists.bodies, name="post_lists", policy="appoints"),
    address("administration/posts/<slug:code>/", post_lists.body, name="post_list", policy="appoints", methods=BOTH),
]  # fmt: skip
