"""Who beside reporting acts on which step of a review or of a yearly report."""

ASKS_OUTSIDE = "review.summary.requested"
"""The step of which intake tells the agency's own system."""
MOVES_A_CASE = frozenset(
    {
        "review.opened",
        "review.submitted",
        "panel.information.supplied",
        "lcspr.commissioned",
        "lcspr.drafted",
        "lcspr.sent",
        "lcspr.published",
        "lcspr.withheld",
        "learning.action.opened",
        "learning.action.closed",
    }
)
"""The steps of a review that take its case to another stage, or without which it is not closed."""
FOR_THE_PANEL = frozenset(
    {
        "review.submitted",
        "panel.information.supplied",
        "lcspr.commissioned",
        "lcspr.drafted",
        "lcspr.delayed",
        "lcspr.withheld",
        "yearly.report.published",
        "yearly.report.withdrawn",
    }
)
"""Those that somebody must hear of, or that the Panel's replies are judged by."""
