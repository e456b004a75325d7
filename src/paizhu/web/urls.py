"""Every address of the pages, with its policy beside it."""

from __future__ import annotations

from paizhu.web import (
    administration_urls,
    field_urls,
    flag_urls,
    frame_urls,
    help_urls,
    picture_urls,
    role_urls,
    signing_urls,
    token_urls,
    workbench_urls,
)
from paizhu.web.policies import address
from paizhu.web.views import (
    acting,
    desk,
    importing,
    matters,
    returns,
    searching,
    signing_in,
    sources,
)

POST = ("POST",)
BOTH = ("GET", "POST")

urlpatterns = [
    # Signing in, and what stands on every page.
    address("sign-in/", signing_in.sign_in, name="sign_in", policy="public", methods=BOTH),
    address("sign-out/", signing_in.sign_out, name="sign_out", policy="public", methods=POST),
    address("demo/<slug:username>/", signing_in.demo_sign_in, name="demo_sign_in", policy="demo"),
    address("language/", desk.language, name="language", policy="public", methods=POST),
    address("theme/", desk.theme, name="theme", policy="public", methods=POST),
    *frame_urls.urlpatterns,
    *token_urls.urlpatterns,
    *signing_urls.urlpatterns,
    *administration_urls.urlpatterns,
    # My desk.
    address("", desk.desk, name="desk", policy="account"),
    address(
        "notices/read/", desk.read_notices, name="read_notices", policy="signed_in", methods=POST
    ),
    # Pages by role.
    *role_urls.urlpatterns,
    *picture_urls.urlpatterns,
    *workbench_urls.urlpatterns,
    *field_urls.urlpatterns,
    *help_urls.urlpatterns,
    # Search.
    address("search/", searching.search, name="search", policy="signed_in"),
    address("search/quick/", searching.quick, name="quick", policy="signed_in"),
    # Matters.
    address("matters/", matters.matters, name="matters", policy="signed_in"),
    address("matters/export.csv", matters.export, name="export", policy="signed_in"),
    address(
        "matters/new/<slug:procedure>/<slug:body>/",
        acting.open_new,
        name="open_new",
        policy="signed_in",
        methods=BOTH,
    ),
    address("matters/<str:ref>/", matters.matter, name="matter", policy="signed_in"),
    address(
        "matters/<str:ref>/clocks/<slug:clock>/",
        matters.why_date,
        name="why_date",
        policy="signed_in",
    ),
    address("matters/<str:ref>/access/", matters.why_access, name="why_access", policy="signed_in"),
    address(
        "matters/<str:ref>/do/<slug:action>/",
        acting.act,
        name="act",
        policy="signed_in",
        methods=BOTH,
    ),
    address(
        "matters/<str:ref>/proposals/<int:proposal>/sign/",
        acting.approve,
        name="approve",
        policy="signed_in",
        methods=POST,
    ),
    address(
        "matters/<str:ref>/proposals/<int:proposal>/return/",
        acting.give_back,
        name="give_back",
        policy="signed_in",
        methods=POST,
    ),
    address(
        "matters/<str:ref>/proposals/<int:proposal>/withdraw/",
        acting.withdraw,
        name="withdraw",
        policy="signed_in",
        methods=POST,
    ),
    address("matters/<str:ref>/note/", acting.note, name="note", policy="signed_in", methods=POST),
    address(
        "matters/<str:ref>/correct/",
        acting.correct,
        name="correct",
        policy="signed_in",
        methods=POST,
    ),
    address(
        "matters/<str:ref>/assign/", acting.assign, name="assign", policy="signed_in", methods=POST
    ),
    address(
        "matters/<str:ref>/recuse/", acting.recuse, name="recuse", policy="signed_in", methods=POST
    ),
    address(
        "matters/<str:ref>/lift-recusal/",
        acting.lift_recusal,
        name="lift_recusal",
        policy="signed_in",
        methods=POST,
    ),
    address(
        "matters/<str:ref>/substitute/",
        acting.substitute,
        name="substitute",
        policy="signed_in",
        methods=POST,
    ),
    # Flags.
    *flag_urls.urlpatterns,
    # Returns.
    address("returns/", returns.return_list, name="returns", policy="signed_in"),
    address(
        "returns/<slug:name>/<slug:body>/", returns.choose, name="return_choose", policy="signed_in"
    ),
    address(
        "returns/<slug:name>/<slug:body>/<slug:period>/",
        returns.a_return,
        name="return",
        policy="signed_in",
        methods=BOTH,
    ),
    address(
        "computations/<int:number>/", returns.computation, name="computation", policy="signed_in"
    ),
    address(
        "computations/<int:number>/sheet.xlsx",
        returns.sheet,
        name="return_sheet",
        policy="signed_in",
    ),
    address(
        "computations/<int:number>/<str:cell>/",
        returns.figure,
        name="return_figure",
        policy="signed_in",
    ),
    # Business data.
    address("sources/", sources.sources, name="sources", policy="signed_in", methods=BOTH),
    address(
        "sources/<slug:key>/approve/",
        sources.approve,
        name="approve_source",
        policy="signed_in",
        methods=POST,
    ),
    address("imports/", importing.imports, name="imports", policy="signed_in", methods=BOTH),
    address(
        "imports/<str:token>/", importing.check, name="import", policy="signed_in", methods=BOTH
    ),
]
