"""Numbers about many people: one named question, its noise, and the budget of who asks."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Sum
from psycopg import sql

from audit import operations as audit
from pseudonymize.models import BudgetSpend
from pseudonymize.release.epochs import period_on
from pseudonymize.release.guarded import Exact, Told, answer
from pseudonymize.release.question import Question, budgets, questions

# One row per person and group, values added up and clamped, at most so many groups a person;
# which ones is fixed by a hash, so that asking in another way does not choose others.
_BOUNDED = """
WITH contributed AS (
    SELECT s.person, s.grp, least(greatest(sum(s.value), %(low)s), %(high)s) AS value
    FROM ({source}) s
    JOIN pseudonymize_subject p ON p.subject_key = s.person AND p.life = 'active'
    WHERE s.grp = ANY(%(groups)s) {conditions}
    GROUP BY s.person, s.grp
), ranked AS (
    SELECT grp, value, row_number() OVER (
        PARTITION BY person ORDER BY md5(grp || ':' || person::text)
    ) AS place
    FROM contributed
)
SELECT grp, count(*), sum(round(value / %(unit)s))::bigint
FROM ranked WHERE place <= %(groups_per_person)s GROUP BY grp
"""


class QuestionUnknown(Exception):
    """There is no question of this name."""

    code = "question_unknown"

    def __init__(self) -> None:
        super().__init__(f"Known questions: {', '.join(questions())}.")


class FilterUnknown(Exception):
    """A question is narrowed by its own filters and their values only."""

    code = "filter_unknown"
    field = "where"

    def __init__(self, question: Question) -> None:
        known = [f"{name}: {', '.join(values)}" for name, values in question.filters.items()]
        super().__init__(f"This question takes: {'; '.join(known) or 'no filter'}.")


class BudgetSpent(Exception):
    """The recipient has learned as much as it may in this period."""

    code = "budget_spent"

    def __init__(self, left: Decimal, renewed_on: date) -> None:
        super().__init__(
            f"The privacy budget of this period is spent ({left:f} left). Answers already given "
            f"can be asked for again; new ones from {renewed_on}."
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told, what it cost now (0 when told before), and what is left in the period."""

    question: Question
    told: list[Told]
    answered_at: datetime
    spent: Decimal
    left: Decimal
    last_day: date


@transaction.atomic
def ask(name: str, *, where: Mapping[str, str], recipient: str, actor: str, at: datetime) -> Answer:
    """
    Answer a named question for `recipient`, out of its budget for the period of `at`.

    The same question asked again in the period has the same answer, as of the first time.

    :raises QuestionUnknown: when there is no such question.
    :raises FilterUnknown: for a filter or value that the question does not have.
    :raises BudgetSpent: when the answer would cost more than is left.
    """
    question = _question(name, where)
    budget = budgets().get(recipient, budgets()["default"])
    period, last_day = period_on(at.date(), budget.period)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [recipient])
    spends = BudgetSpend.objects.filter(recipient=recipient, period=period)
    before = spends.aggregate(spent=Sum("epsilon"))["spent"] or Decimal(0)
    left = _cost(budget.epsilon) - before
    row = spends.filter(question=name, asked=dict(where)).first()
    if row:
        told = [Told(**one) for one in row.told]
        return Answer(question, told, row.answered_at, Decimal(0), left, last_day)
    cost = _cost(question.epsilon)
    if cost > left:
        raise BudgetSpent(left, date.fromordinal(last_day.toordinal() + 1))
    told = answer(question, _exact(question, where))
    BudgetSpend.objects.create(
        recipient=recipient,
        period=period,
        question=name,
        asked=dict(where),
        epsilon=cost,
        told=[asdict(one) for one in told],
        answered_at=at,
    )
    details = {"question": name, "recipient": recipient, "period": period, "epsilon": f"{cost:f}"}
    audit.record("aggregate.answered", actor=actor, at=at, details=details)
    return Answer(question, told, at, cost, left - cost, last_day)


def _cost(epsilon: float) -> Decimal:
    return Decimal(str(epsilon)).quantize(Decimal("0.000001"))


def _question(name: str, where: Mapping[str, str]) -> Question:
    question = questions().get(name)
    if question is None:
        raise QuestionUnknown
    if any(value not in question.filters.get(key, ()) for key, value in where.items()):
        raise FilterUnknown(question)
    return question


def _exact(question: Question, where: Mapping[str, str]) -> dict[str, Exact]:
    conditions = sql.SQL("").join(
        sql.SQL("AND s.{} = {} ").format(sql.Identifier(name), sql.Literal(value))
        for name, value in where.items()
    )
    query = sql.SQL(_BOUNDED).format(source=sql.SQL(question.source), conditions=conditions)
    named = ("low", "high", "unit", "groups_per_person")
    values = {name: getattr(question, name) for name in named} | {"groups": list(question.groups)}
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(), values)
        return {group: Exact(people, total) for group, people, total in cursor.fetchall()}
