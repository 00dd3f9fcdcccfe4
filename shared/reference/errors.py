"""What reference look-ups refuse. Each error carries a stable `code`."""

import re

_CODE = re.compile(r"E\d{8}|[a-z]+(-[A-Za-z0-9]+)+")


class UnknownReference(LookupError):
    """A code that is not held, or not in force on the date asked for.

    `code` is one of `UNKNOWN_AREA`, `UNKNOWN_ORGANISATION`, `NO_SAFEGUARDING_PARTNERS`,
    `SEAT_NOT_HELD`, `NO_CHILD_DEATH_OVERVIEW_PANEL`, `UNCONFIRMED_CHILD_DEATH_OVERVIEW_PANEL`,
    `NO_PARTNERSHIP_OFFICE`, `NO_ARRANGEMENT_HELD`, `UNKNOWN_SYSTEM`, `SUCCESSOR_TO_BE_CHOSEN`,
    `NO_WHAT_WORKS_CENTRE`.
    What was sought is quoted only if it has the shape of a code: a sender may have put a person's
    name in its place.
    """

    def __init__(self, code: str, sought: str) -> None:
        super().__init__(f"{code}: {sought}" if _CODE.fullmatch(sought) else code)
        self.code = code


class SuccessorToBeChosen(UnknownReference):
    """An area was divided among several, and no row says which of them is meant. `areas`: their
    codes, of which a person chooses one."""

    def __init__(self, sought: str, areas: tuple[str, ...]) -> None:
        super().__init__("SUCCESSOR_TO_BE_CHOSEN", sought)
        self.areas = areas


class SystemsFileInvalid(ValueError):
    """The file of sending systems cannot be read or breaks its format; no value is quoted."""

    code = "SYSTEMS_FILE_INVALID"
