"""Schedules that once broke a promise, each as short as it could be made."""

import pytest

from tests.simulation.defects import planted
from tests.simulation.schedule import Step, play
from tests.simulation.world import World

LEFT = "after a restore a clock stayed missing when the record that was waited for was discarded"
FOUND: dict[str, tuple[str, list[Step]]] = {
    "after a restore one deadline got the event id of another and was never told": (
        "31:346",
        [
            ("report", 16747328330710961190),
            ("relay", 13284142227686692044),
            ("back_up", 15019105087034514421),
            ("decide", 8072272163542783435),
            ("relay", 15293926752553654640),
            ("deliver", 3686071503125091213),
            ("deliver", 7148525752857675553),
            ("deliver", 13697130978226764709),
            ("relay", 629246532898868333),
            ("deliver", 14636674488959369881),
            ("relay", 3978113805164349837),
            ("restore_and_reconcile", 13410951661606621790),
        ],
    ),
    "after a restore a stage that was lost unsent was never told": (
        "31:2678",
        [
            ("report", 17992912905661218300),
            ("back_up", 10121148594154114649),
            ("back_up", 17640616261495527092),
            ("decide", 5759769020970083758),
            ("report", 7962777131743559651),
            ("relay", 2538584441261129972),
            ("restore_and_reconcile", 12076502153149774771),
        ],
    ),
    "after a restore a notice was mailed again, and nothing said that it may be the second": (
        "20261122:58758",
        [
            ("report", 2301991966918071210),
            ("back_up", 15060863891545254674),
            ("decide", 15890950007265990194),
            ("relay", 8692139533740703352),
            ("deliver", 11149113513019331782),
            ("deliver", 11669529849837768990),
            ("deliver", 6789733581709913066),
            ("deliver", 16240539580488289374),
            ("send", 1405932598225739769),
            ("answer", 17693519224248602474),
            ("restore_and_reconcile", 7643937088635865738),
            ("deliver", 5702248661314009346),
            ("send", 14859026784005590827),
            ("answer", 15441435915969020743),
        ],
    ),
    "after a restore a notice was mailed again that was told as sent": (
        "20261122:58758",
        [
            ("report", 2301991966918071210),
            ("back_up", 15060863891545254674),
            ("decide", 15890950007265990194),
            ("relay", 8692139533740703352),
            ("deliver", 11149113513019331782),
            ("deliver", 11669529849837768990),
            ("deliver", 6789733581709913066),
            ("deliver", 16240539580488289374),
            ("send", 1405932598225739769),
            ("answer", 18087801153822045841),
            ("relay", 7605354848325408206),
            ("restore_and_reconcile", 7643937088635865738),
            ("deliver", 5702248661314009346),
            ("send", 14859026784005590827),
            ("answer", 15441435915969020743),
        ],
    ),
    "after two restores a notice that was mailed twice was confirmed, and told as sent once": (
        "stress1:1111",
        [
            ("report", 6414717969674787748),
            ("decide", 11779175195256436130),
            ("back_up", 12805157203128327862),
            ("die", 4127669021398909639),
            ("relay", 5535290462235172350),
            ("deliver", 2589434272874956280),
            ("deliver", 4856180918990439431),
            ("start", 12064804497263453139),
            ("relay", 4956209852409729312),
            ("deliver", 14511378897947871430),
            ("deliver", 10283085397403897902),
            ("send", 6159982237967023904),
            ("answer", 2380215680044074849),
            ("restore_and_reconcile", 15232713271052444850),
            ("deliver", 13896630010401797226),
            ("send", 7382271467194269218),
            ("answer", 14635593464842843032),
            ("restore_and_reconcile", 6713951060239933095),
            ("receipt", 17106948965605368978),
        ],
    ),
    "after a restore a clock that was lost unsent stayed missing while a conflict was open": (
        "20261123:43169",
        [
            ("report", 1790232679987223518),
            ("decide", 17321111046546848670),
            ("relay", 7864640500673618188),
            ("report", 9007503545828936415),
            ("deliver", 3915589830383858001),
            ("deliver", 9491455775647344781),
            ("deliver", 6640756710680979225),
            ("deliver", 17322765526999595469),
            ("relay", 17788452605292988668),
            ("deliver", 3561764031015012169),
            ("deliver", 10376047440140205325),
            ("back_up", 521064463774897961),
            ("restore_and_reconcile", 7195915203512644992),
            ("deliver", 11745678072980207653),
            ("deliver", 17284536083175101281),
            ("number_given_again", 18116017035877980140),
            ("deliver", 3743292753251313665),
            ("restore_and_reconcile", 8156015069471807625),
        ],
    ),
    LEFT: (
        "left:9515",
        [
            ("report", 2441816679577384791),
            ("back_up", 5104368140752955629),
            ("relay", 4613528312069659516),
            ("poison", 8584430170740149909),
            ("deliver", 3622248501567247573),
            ("deliver", 12303490597205663353),
            ("restore_and_reconcile", 941455279792136840),
        ],
    ),
}


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_once_is_not_found_again(what: str) -> None:
    seed, steps = FOUND[what]
    assert play(steps, seed, World()).breaches == ()


def test_where_nobody_settles_a_case_that_was_left_its_clock_stays_missing() -> None:
    seed, steps = FOUND[LEFT]
    with planted("left_after_a_restore_for_good"):
        found = play(steps, seed, World()).breaches
    assert "timer: the deadlines are not those that the facts give" in found
