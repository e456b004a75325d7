"""The OpenAPI 3.1 document, from the types of what is taken and given."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from pydantic import TypeAdapter

from paizhu.api.problems import MEDIA_TYPE, Problem

REF = "#/components/schemas/{model}"
#: What may be refused at every address; a post may also meet a conflict or be unreadable.
ALWAYS = {"401": "Sign in", "403": "Not allowed", "404": "Not found, or not yours to know",
          "422": "Filled in wrongly", "429": "Too many tries", "503": "No rules in use"}  # fmt: skip
POSTED = {"400": "Not readable", "409": "Somebody acted first"}


def described(api: NinjaAPI, prefix: str) -> dict[str, Any]:
    """Give the document: the framework's, with scopes, problems and what may be sent once."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=prefix))
    scopes = _scopes(api)
    shape = TypeAdapter(Problem).json_schema(ref_template=REF, mode="serialization")
    schemas = found["components"]["schemas"]
    schemas |= shape.pop("$defs", {})
    schemas["Problem"] = shape
    found["components"]["responses"] = {
        "Problem": {
            "description": "Why nothing was answered or stored (RFC 9457)",
            "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}},
        }
    }
    for path in found["paths"].values():
        for method, operation in path.items():
            _complete(operation, posts=method == "post", scope=scopes[operation["operationId"]])
    return found


def _complete(operation: dict[str, Any], *, posts: bool, scope: str) -> None:
    """Add to an operation what the framework does not know of."""
    problem = {"$ref": "#/components/responses/Problem"}
    codes = {**ALWAYS, **(POSTED if posts else {})}
    answers = {str(code): answer for code, answer in operation["responses"].items()}
    operation["responses"] = answers | dict.fromkeys(sorted(codes), problem)
    operation["security"] = [{"Bearer": [scope] if scope else []}, {"Session": []}]
    if posts:
        operation.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": False,
                "schema": {"type": "string", "maxLength": 64},
                "description": "Sent again with the same key, it is done once.",
            }
        )


def _scopes(api: NinjaAPI) -> dict[str, str]:
    """Give the scope a token needs, by operation."""
    return {
        api.get_openapi_operation_id(operation): getattr(operation.auth_callbacks[0], "scope", "")
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
    }
