"""The worked examples C01 to C24 as a running stack meets them."""

from tests.journeys.worked_cases import WorkedCase
from tests.journeys.worked_children import several_children
from tests.journeys.worked_deaths import deaths
from tests.journeys.worked_harm import elsewhere, harmed_or_not


def worked_examples() -> list[WorkedCase]:
    """All of them; C18 is two cases, one of each child."""
    return [*deaths(), *harmed_or_not(), *elsewhere(), *several_children()]
