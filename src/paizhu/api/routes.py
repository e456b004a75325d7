"""What procedures there are, and the JSON Schema of what each of their actions asks for."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone

from paizhu.api.policies import said
from paizhu.casework import rulebook
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.schema import action_schema


def procedures(request: HttpRequest) -> JsonResponse:
    """List the procedures in force today with their actions."""
    today = timezone.localdate()
    found = [
        versions
        for versions in rulebook.current().procedures.values()
        if versions[0].effective_from <= today
    ]
    listed = [_listed(rulebook.current().procedure(v[0].name, today)) for v in found]
    return JsonResponse({"procedures": listed})


def _listed(procedure: RunnableProcedure) -> dict[str, object]:
    spec = procedure.spec
    return {
        "procedure": procedure.name,
        "title": said(spec.title),
        "effective_from": procedure.effective_from.isoformat(),
        "digest": procedure.digest,
        "stages": {name: said(stage.title) for name, stage in spec.stages.items()},
        "actions": [
            {
                "action": name,
                "title": said(action.title),
                "opens": action.opens,
                "schema": reverse(
                    "api_action", kwargs={"procedure": procedure.name, "action": name}
                ),
            }
            for name, action in spec.actions.items()
        ],
    }


def action(request: HttpRequest, procedure: str, action: str) -> JsonResponse:
    """Give the JSON Schema (2020-12) of an action's input, in the language asked for."""
    rules = rulebook.current().procedure(procedure, timezone.localdate())
    lang = "en" if request.GET.get("lang", "zh").startswith("en") else "zh"
    return JsonResponse(action_schema(rules, action, lang), content_type="application/schema+json")
