"""The closed set of entry kinds: what each carries, says, and how it is shredded.

A new procedure never adds a kind. `Entry` is one line of the book as the engine sees it; hashing
and storage are the ledger's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from paizhu.kernel.text import Text

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]
Payload = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line about one matter. A draft has version 0 until it is appended."""

    kind: str
    #: Stable key of who acted: `person:17`, or `system`.
    person: str
    #: The post or seat they acted in, as text: `head@body:3`, `seat:handler`, or `system`.
    post: str
    #: The moment recorded, with a time zone.
    at: datetime
    #: The day it counts for; may be earlier than `at`, never later.
    day: date
    #: Digest of the procedure text it was done under.
    rules: str
    action: str = ""
    #: The stage the matter stands in afterwards; empty when unchanged. Kept outside the payload,
    #: so that a shredded matter still shows where it ended.
    stage: str = ""
    #: None once it has been lawfully removed.
    payload: Payload | None = None
    version: int = 0
    #: The name of the person as they were known then; part of the header, so that swapping two
    #: names in the registry later does not change who signed.
    name: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What an entry kind is: its payload keys, its sentence, its shredding."""

    name: str
    payload: tuple[str, ...]
    says: Text
    #: `payload`: the payload and salt become null; `never`: it holds nothing personal.
    shred: Literal["payload", "never"]
    scope: Literal["matter", "book"] = "matter"


def _kind(
    name: str,
    payload: str,
    zh: str,
    en: str,
    *,
    shred: Literal["payload", "never"] = "payload",
    scope: Literal["matter", "book"] = "matter",
) -> Kind:
    return Kind(name, tuple(payload.split()), Text(zh, en), shred, scope)


#: Sentences use {who} and {action}; content never stands in them.
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("enacted", "values proposal number parts parent source seats received", "{who} 完成“{action}”",
              "{who} carried out “{action}”"),
        _kind("proposed", "values seats", "{who} 提请“{action}”", "{who} proposed “{action}”"),
        _kind("approved", "proposal role", "{who} 审批同意“{action}”", "{who} approved “{action}”"),
        _kind("returned", "proposal reasons", "{who} 退回“{action}”", "{who} returned “{action}”"),
        _kind("withdrawn", "proposal reasons", "{who} 撤回“{action}”", "{who} withdrew “{action}”"),
        _kind("assigned", "role persons substitute until reasons", "{who} 指定了承办或代为审批人员",
              "{who} appointed people to the matter"),
        _kind("recused", "person reasons cause", "{who} 登记了回避", "{who} recorded a recusal"),
        _kind("noted", "text", "{who} 作了工作记录", "{who} made a note"),
        _kind("attached", "name digest size media level", "{who} 附上材料", "{who} attached an exhibit"),
        _kind("issued", "document number digest", "{who} 制发文书", "{who} issued a document"),
        _kind("linked", "ref relation procedure", "{who} 关联了事项", "{who} linked a matter"),
        _kind("warned", "clock run threshold due", "系统提示时限临近或已超期",
              "The system warned of a time limit", shred="never"),
        _kind("corrected", "field was value reasons", "{who} 更正了登记内容", "{who} corrected a field"),
        _kind("shredded", "reasons approved_by entries", "{who} 依规移除了内容",
              "{who} lawfully removed content", shred="never"),
        _kind("rules_changed", "before after reasons clocks", "规则更新", "The rules changed",
              shred="never"),
        _kind("posts_changed", "what person post since until", "岗位任职变更", "A post changed hands",
              shred="never", scope="book"),
        _kind("accounts_changed", "what account person", "账号与登录变更", "An account or its sign-in changed",
              shred="never", scope="book"),
        _kind("reads_sealed", "day lines digest", "封存阅读记录", "Read lines sealed",
              shred="never", scope="book"),
        _kind("checkpoint", "seq digest signature key", "签署检查点", "Checkpoint signed",
              shred="never", scope="book"),
    )
}  # fmt: skip
