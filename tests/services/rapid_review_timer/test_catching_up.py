from services.rapid_review_timer.catching_up import catch_up

LONG = 30.0


class Consumers:
    """Answers one look after the other, then the last answer for ever."""

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.looks = 0

    async def nothing_waits(self) -> bool:
        self.looks += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def test_the_watcher_begins_once_nothing_waits_twice_in_a_row() -> None:
    consumers = Consumers(False, True, False, True)
    assert await catch_up(consumers.nothing_waits, LONG, pause=0)
    assert consumers.looks == 5


async def test_a_broker_that_is_away_does_not_silence_deadlines_for_ever() -> None:
    assert not await catch_up(Consumers(False).nothing_waits, patience=0.05, pause=0.01)
