"""The invented people a visitor of the demonstration is shown first."""

from __future__ import annotations

from paizhu.kernel.text import Text

#: Who can be signed in as by one click.
ROLES = (
    ("wj-officer-1", Text("派驻干部", "officer of the team")),
    ("wj-section-head", Text("内设室负责人", "section head")),
    ("wj-head", Text("组长", "head of the team")),
    ("sjw-case-office", Text("派出机关案管", "case office of the organ")),
    ("sjw-duty-leader", Text("派出机关分管领导", "leader in charge at the organ")),
    ("wjw-liaison", Text("驻在单位联络员", "liaison of the host")),
    ("wjw-unit-head", Text("驻在单位主要负责人", "head of the host")),
    ("wj-keeper", Text("派驻机构案管岗", "clue keeper of the team")),
    ("wj-self-supervision", Text("内部监督岗", "self-supervision of the team")),
    ("sls-office-head", Text("派出机关案件审理室主任", "head of the trial office")),
    ("jd1-office-officer-1", Text("派出机关联系室干部", "officer of the linked office")),
    ("sjj-partner-contact", Text("市审计局协作联系人", "contact at the audit office")),
    ("sjw-system-admin", Text("系统管理员", "system administrator")),
    ("sjw-security-admin", Text("安全管理员", "security administrator")),
    ("sjw-audit-admin", Text("审计管理员", "audit administrator")),
)
