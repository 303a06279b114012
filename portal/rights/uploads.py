"""Files of a form: read once, within limits, and never written to a disk in clear."""

from django.http import HttpRequest

from rights.contact.files import MOST_BYTES, MOST_FILES, FileRefused, Upload


def uploads(request: HttpRequest, *, field: str, kind: str) -> list[Upload]:
    """
    Return the files of a field, at most as many as a request takes.

    :raises FileRefused: for one too many, or one too large.
    """
    found = request.FILES.getlist(field)
    if len(found) > MOST_FILES:
        raise FileRefused("too_many_files", f"A request takes {MOST_FILES} files.")
    read = []
    for file in found:
        if (file.size or 0) > MOST_BYTES:
            raise FileRefused("file_too_large", "A file takes up to 5 MB.")
        read.append(Upload(kind=kind, name=file.name or "", content=file.read()))
    return read
