"""Both ways in for acts, and one act that is as it should be."""

from typing import Any

from config.acting import acts_ahead_of
from tests.builders import AT, a_grant, a_subject
from tests.doors import Answer, TwoDoors

GRANT: dict[str, Any] = {
    "purpose": "marketing.messages",
    "decision": "granted",
    "method": "preference_center",
    "actor": "subject",
    "channels": ["push"],
    "notice": {"version": "1.0", "locale": "en"},
}


class Doors(TwoDoors):
    """Both ways in, for acts of persons."""

    def __init__(self) -> None:
        super().__init__(acts_ahead_of, "consents:write")

    def ask(self, door: Any, person: str, body: bytes, **environ: str | None) -> Answer:
        """Send an act of a person."""
        usual = {"PATH_INFO": f"/api/v1/subjects/{person}/consents"}
        return self.send(door, "", body, **usual | environ)

    def both(self, body: bytes, **environ: str | None) -> tuple[Answer, Answer]:
        """Send the same about two people, who have done the same before."""
        people = [a_subject() for _ in range(2)]
        for person in people:
            a_grant(person.subject_key, "marketing.messages", at=AT)
        front, views = zip((self.front, self.views), people, strict=True)
        return (
            self.ask(front[0], front[1].id, body, **environ),
            self.ask(views[0], views[1].id, body, **environ),
        )
