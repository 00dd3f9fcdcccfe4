"""What each service may publish because of an event of another."""

_CLOCKS = (
    "deadline.set",
    "deadline.moved",
    "deadline.suspended",
    "deadline.resumed",
    "deadline.met",
    "deadline.cancelled",
    "review.due",
    "review.opened",
)
_NOTICES = ("notice.sent", "notice.delivered", "notice.undeliverable", "incident.notified")

_REPLIES = ("panel.received", "panel.information.requested", "panel.decided")
_MOVES_A_CASE = (
    "incident.notified",
    "review.opened",
    "review.submitted",
    "panel.information.supplied",
    *_REPLIES,
    "lcspr.commissioned",
    "lcspr.drafted",
    "lcspr.sent",
    "lcspr.published",
    "lcspr.withheld",
    "learning.action.opened",
    "learning.action.closed",
)

DERIVED: dict[tuple[str, str], tuple[str, ...]] = {
    **{("intake", topic): ("case.stage.entered",) for topic in _MOVES_A_CASE},
    ("rapid_review_timer", "incident.reported"): _CLOCKS,
    ("rapid_review_timer", "incident.assessed"): _CLOCKS,
    ("rapid_review_timer", "incident.decided"): _CLOCKS,
    ("rapid_review_timer", "incident.linked"): _CLOCKS,
    ("rapid_review_timer", "incident.corrected"): _CLOCKS,
    ("rapid_review_timer", "incident.withdrawn"): _CLOCKS,
    ("rapid_review_timer", "case.closed"): _CLOCKS,
    ("rapid_review_timer", "incident.reopened"): _CLOCKS,
    ("rapid_review_timer", "incident.transferred"): _CLOCKS,
    ("rapid_review_timer", "notice.sent"): _CLOCKS,
    ("rapid_review_timer", "notice.delivered"): _CLOCKS,
    ("rapid_review_timer", "incident.notified"): _CLOCKS,
    **{("rapid_review_timer", topic): _CLOCKS for topic in _REPLIES},
    ("rapid_review_timer", "sharing.decided"): (),
    ("panel_notification", "incident.decided"): _NOTICES,
    ("panel_notification", "incident.linked"): _NOTICES,
    ("panel_notification", "incident.corrected"): _NOTICES,
    ("panel_notification", "incident.withdrawn"): _NOTICES,
    ("panel_notification", "incident.transferred"): _NOTICES,
    **{
        ("panel_notification", topic): _NOTICES
        for topic in (
            "review.submitted",
            "lcspr.commissioned",
            "lcspr.drafted",
            "lcspr.delayed",
            "lcspr.withheld",
            "yearly.report.published",
            "yearly.report.withdrawn",
        )
    },
    ("intake", "review.summary.requested"): (),
    ("rapid_review_timer", "summary.arrived"): (
        *_CLOCKS,
        "review.summary.received",
        "summary.answered",
    ),
    ("intake", "summary.answered"): (),
    ("panel_notification", "panel.reply.arrived"): (*_REPLIES, "panel.reply.answered"),
    ("intake", "panel.reply.answered"): (),
    ("panel_notification", "deadline.set"): (),
    ("panel_notification", "deadline.moved"): (),
    ("panel_notification", "panel.information.supplied"): (),
    ("panel_notification", "case.closed"): (),
    ("rapid_review_timer", "case.erasure.ordered"): ("rapid_review_timer.case.erased",),
    ("panel_notification", "case.erasure.ordered"): ("panel_notification.case.erased",),
}
"""What a service may publish because of an event of another. Any may also say that it holds a case
or released it; reporting publishes nothing."""

COMES_BACK = {
    ("intake", "incident.notified"),
    ("intake", "review.opened"),
    ("intake", "summary.answered"),
    ("intake", "panel.reply.answered"),
    *(("intake", topic) for topic in _REPLIES),
    ("rapid_review_timer", "notice.sent"),
    ("rapid_review_timer", "notice.delivered"),
    ("rapid_review_timer", "incident.notified"),
    ("panel_notification", "deadline.set"),
    ("panel_notification", "deadline.moved"),
}
"""Events that derive from events of the very service that acts on them: intake decides, the Panel
is told and a review opens, and intake enters the stage; a review goes to the Panel by notice, and
its clocks are kept; a notice was sent, and the limits that run from it are kept; what came in by
the bus is acted on, and intake tells the sender. What follows from that comes back to nobody a
second time."""
