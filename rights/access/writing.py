"""A package is written: Venia's own tables, what systems exported, schema, report, files."""

import io
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from consent import queries as consents
from pseudonymize import envelopes
from pseudonymize import queries as subjects
from rights.access import exports, leaving_out, others, own, own_requests, portable, tables
from rights.access.archive import README, REPORT, SCHEMA, Archive, Counted, File, Filled, schema
from rights.access.asking import Asked
from rights.access.information import columns_of, ever_granted
from rights.access.others import Own
from rights.access.phrases import say
from rights.access.report import pdf
from rights.access.tables import Row, Table
from rights.access.telling import Gathered, report
from rights.casework.sealed import typed
from rights.contact import files
from rights.contact.letters import company
from rights.models import Package, RightsRequest, SystemTask
from rights.systems.declaration import OWN
from rights.systems.registry import system_of, systems
from rights.systems.settling import label_of

PORTABILITY = "portability"
_NEWEST = 50  # entries that the report tells; the files have all


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, in numbers and codes."""

    counted: Sequence[Counted]
    left_out: Sequence[leaving_out.LeftOut]


def write(package: Package, sink: io.RawIOBase, *, at: datetime) -> Written:
    """
    Write the archive of a package into `sink`, from front to back.

    :raises SubjectBlocked, SubjectErased: when nothing may be shown of the person any more.
    """
    request = package.right.request
    assert request.subject_key is not None
    subjects.secret(request.subject_key)
    asked = Asked(request.subject_key, request.locale, package.asked_at)
    whole = package.right.right != PORTABILITY
    mine = _own(request, package)
    left_out = leaving_out.of(package, whole=whole)
    archive = Archive(sink, made_at=at)
    closed = leaving_out.tables_of(left_out)
    counted = archive.tables(_filled(package, asked, mine, closed=closed, whole=whole))
    for file in _files(asked) if whole else ():
        archive.file(file.path, file.content())
    left_out = [*left_out, *leaving_out.of_systems(counted, _reports(package))]
    gathered = _gathered(counted, asked, leaving_out.in_words(left_out, request))
    _explain(archive, request, gathered, whole=whole, at=at)
    return Written(counted, left_out)


def _filled(
    package: Package, asked: Asked, mine: Own, *, closed: set[tuple[str, str]], whole: bool
) -> Iterator[Filled]:
    for table in own.kept(whole=whole):
        if (table.system, table.key) not in closed:
            yield Filled(table, _hiding(partial(own.rows_of, table.key, asked), table, mine))
    covered = None if whole else _covered(package.right.request)
    for key, told in _reports(package):
        declared = tables.of_system(system_of(key))
        for name, table in declared.items():
            shown = portable.of_system([table], covered) if covered else [table]
            if shown and (key, table.key) not in closed:
                rows = exports.rows_of(told, name, table)
                yield Filled(shown[0], _hiding(partial(iter, rows), table, mine))


def _hiding(rows: Callable[[], Iterator[Row]], table: Table, mine: Own) -> Callable[..., Any]:
    return lambda: others.hidden(rows(), table, mine)


def _covered(request: RightsRequest) -> portable.Grounded:
    assert request.subject_key is not None
    return portable.grounded(
        consents.purposes().values(),
        laws=columns_of(request.laws),
        granted=ever_granted(request.subject_key),
    )


def _reports(package: Package) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what each system exported, one at a time: only one lies open in memory."""
    errand = package.errand
    if errand is None or errand.envelope is None:
        return
    numbers = errand.tasks.exclude(result=None).order_by("order", "system").values_list("pk")
    for (number,) in list(numbers):
        task = SystemTask.objects.get(pk=number)
        sealed = bytes(task.result or b"")
        yield (
            task.system,
            json.loads(envelopes.unseal(errand.envelope, sealed, label=label_of(task))),
        )


def _own(request: RightsRequest, package: Package) -> Own:
    """Gather by what the person is known, so that their own name is not hidden from them."""
    assert request.subject_key is not None
    known = subjects.every_identifier(request.subject_key)
    names = [*_typed_names(request.subject_key), *_exported_names(package)]
    return Own(
        language=request.locale,
        country=request.country,
        identifiers=[value for _, value in known],
        names=names,
    )


def _typed_names(subject_key: int) -> Iterator[str]:
    for request in RightsRequest.objects.filter(subject_key=subject_key).order_by("pk"):
        if words := typed(request):
            yield words.name if request.made_by == "self" else words.on_behalf_of


def _exported_names(package: Package) -> Iterator[str]:
    for key, told in _reports(package):
        for name, table in tables.of_system(system_of(key)).items():
            called = [c.key for c in table.columns if _is_own_name(c)]
            for row in exports.rows_of(told, name, table) if called else ():
                yield from (str(row[column]) for column in called if row[column])


def _is_own_name(column: tables.Column) -> bool:
    named = column.category == "user.name" or column.category.startswith("user.name.")
    return named and not column.third_party


def _files(asked: Asked) -> Iterator[File]:
    for file in own_requests.kept_files(asked):
        content = files.content_of(file) if file.request.envelope else None
        if content is not None:
            ending = file.media_type.partition("/")[2]
            yield File(f"venia/files/{file.pk}.{ending}", partial(bytes, content))


def _gathered(
    counted: Sequence[Counted], asked: Asked, withheld: Sequence[tuple[str, str]]
) -> Gathered:
    given = {one.table.key: one.rows for one in counted if one.table.system == OWN}
    newest = _newest("decisions", asked) if given.get("decisions") else []
    return Gathered(
        counted=counted,
        decisions=newest,
        inferences=_newest("inferences", asked) if given.get("inferences") else [],
        more_decisions=given.get("decisions", 0) - len(newest),
        withheld=withheld,
        systems=list(systems().values()),
    )


def _newest(table: str, asked: Asked) -> list[Row]:
    rows: Iterable[Row] = deque(own.rows_of(table, asked), maxlen=_NEWEST)
    return list(rows)[::-1]


def _explain(
    archive: Archive, request: RightsRequest, gathered: Gathered, *, whole: bool, at: datetime
) -> None:
    """Write what explains the tables, and close the archive."""
    locale, sender = request.locale, company()
    told = report(request, gathered, company=sender, portable=not whole, at=at)
    archive.file(REPORT, pdf(told, locale=locale, at=at))
    described = {
        "made_at": at.isoformat(),
        "request": request.public_id,
        "right": "access" if whole else PORTABILITY,
        "laws": request.laws,
        "tables": schema(gathered.counted, locale=locale),
        "left_out": [{"what": what, "why": why} for what, why in gathered.withheld],
    }
    text = json.dumps(described, ensure_ascii=False, indent=1)
    archive.file(SCHEMA, text.encode())
    archive.file(README, _readme(gathered, locale).encode())
    archive.close()


def _readme(gathered: Gathered, locale: str) -> str:
    listed = [
        f"{one.table.path}: {one.table.title[locale]} ({one.rows})"
        for one in gathered.counted
        if one.rows
    ]
    left = [
        say("report.withheld_item", locale, what=what, why=why) for what, why in gathered.withheld
    ]
    title = say("report.withheld", locale)
    return "\n".join([say("report.readme", locale), "", *listed, "", f"{title}:", *left, ""])
