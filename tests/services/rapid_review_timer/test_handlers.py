from services.rapid_review_timer.handlers import SERVICE, registry
from shared.contracts.catalogue import EVENT_TYPES


def test_every_event_that_the_catalogue_lets_the_timer_act_on_has_a_handler() -> None:
    meant = {row.type for row in EVENT_TYPES if SERVICE in row.acted_on_by}
    assert registry.types() == meant
