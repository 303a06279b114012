"""A large input cut into parts, and the parts of a large output joined. No database here."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pseudonymize.files import unfinished, whole
from pseudonymize.release import kernel
from pseudonymize.release.ndjson import columns, line, lines, parsed
from pseudonymize.release.policy import FieldPolicy

PART_ROWS = 20_000
Batch = Any  # pyarrow ships no types


class FileMalformed(Exception):
    """The body is no file that profiles can be read from."""

    code = "file_malformed"


def ndjson_parts(file: BinaryIO, policy: FieldPolicy) -> Iterator[bytes]:
    """
    Yield parts of an NDJSON file, with the fields alone that the policy names.

    :raises ProfileMalformed: with the first line that cannot be read.
    """
    wanted = _wanted(policy)
    profiles = parsed(lines(file))
    while part := list(islice(profiles, PART_ROWS)):
        kept = ({name: one[name] for name in wanted & one.keys()} for one in part)
        yield json.dumps(list(kept)).encode()


def parquet_parts(file: BinaryIO, policy: FieldPolicy) -> Iterator[bytes]:
    """
    Yield parts of a Parquet file, with the columns alone that the policy names.

    :raises FileMalformed: when it is none.
    """
    roots = {name.partition(".")[0] for name in _wanted(policy)}
    try:
        source = pq.ParquetFile(file)
        names = [name for name in source.schema_arrow.names if name in roots]
        for batch in source.iter_batches(batch_size=PART_ROWS, columns=names):
            yield _ipc(batch)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OSError):
        raise FileMalformed("The body is no complete Parquet file.") from None


def _wanted(policy: FieldPolicy) -> set[str]:
    released = {rule.name for rule in policy.rules if rule.kind != "drop"}
    return released | {policy.subject_field}


def _ipc(batch: Batch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    serialised: bytes = sink.getvalue().to_pybytes()
    return serialised


def opened(part: bytes, form: str, policy: FieldPolicy) -> tuple[Batch, list[str]]:
    """Return a part as a batch, and the id of each row's subject."""
    if form == "parquet":
        batch = pa.ipc.open_stream(part).read_next_batch()
        flat = kernel.flat_columns(batch)
        ids = flat.get(policy.subject_field, pa.nulls(batch.num_rows)).to_pylist()
    else:
        profiles = json.loads(part)
        batch = columns(profiles, policy)
        ids = [profile.get(policy.subject_field) for profile in profiles]
    return batch, ["" if one is None else str(one) for one in ids]


def written(batch: Batch, form: str, path: Path) -> None:
    """Write a released batch; the file appears whole or not at all."""
    if form == "parquet":
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_batches([batch]), sink)
        whole(path, [sink.getvalue()])
    else:
        whole(path, ["".join(map(line, batch.to_pylist())).encode()])


def joined(paths: Sequence[Path], form: str, path: Path) -> None:
    """Join released parts into one file, one part in memory at a time."""
    if form != "parquet":
        whole(path, (part.read_bytes() for part in paths))
        return
    with unfinished(path) as file, pq.ParquetWriter(file, pq.read_schema(paths[0])) as writer:
        for part in paths:
            writer.write_table(pq.read_table(part))
