"""How many matters of each procedure the full institution opens by hand in eighteen months.

More come from these: tasks of deployments, clues of complaints, trials of investigations; and from
duties. This is the one place of the demonstration that names the procedures its scripts tell.
"""

from __future__ import annotations

from collections.abc import Iterator

#: Told by stories of their own, with the words and dates a visitor looks at first.
BY_HAND = frozenset({"clue", "inquiry_letter", "question", "business_source", "measure_value"})
COUNTS = {
    "deployment": 9, "guidance_note": 6, "support_request": 12, "important_request": 16,
    "official_report": 19, "joint_operation": 6, "joint_project": 6, "joint_case": 6,
    "joint_study": 6, "special_consultation": 7, "field_activity": 45, "finding": 17,
    "opinion_collection": 9, "decision_notice": 24, "first_form": 12, "complaint": 42,
    "complaint_count": 19, "verification": 6, "investigation": 12, "execution": 5,
    "clarification": 6, "false_accusation_referral": 3, "transfer_out": 14, "transfer_in": 14,
    "result_feedback": 6, "unit_assignment": 14, "duty_breakdown": 7, "suggestion": 13,
    "repair": 6, "inspection_rectification": 7, "recusal_request": 9, "interference_register": 10,
    "contact_report": 10, "complaint_about_team": 6, "team_inspection": 6, "host_comments": 7,
    "staff_breach": 3, "emergency_access": 5, "trial": 3, "party_group_decision": 4, "appeal": 2,
    "talk": 5,
}  # fmt: skip
#: What stands unfinished today: the procedure, after how many acts, begun how many working days ago.
UNFINISHED = (
    ("transfer_out", 2, 5), ("support_request", 2, 4), ("trial", 1, 2), ("suggestion", 2, 9),
    ("special_consultation", 2, 6), ("important_request", 2, 5), ("deployment", 2, 24),
    ("joint_case", 1, 4), ("result_feedback", 2, 6), ("complaint_about_team", 1, 3),
    ("team_inspection", 2, 8), ("decision_notice", 2, 3), ("duty_breakdown", 2, 12),
)  # fmt: skip


def counts(scale: float) -> Iterator[tuple[str, int]]:
    """Give how many matters of each procedure are opened at a scale; one at least."""
    for procedure, full in COUNTS.items():
        yield procedure, max(1, round(full * scale))
