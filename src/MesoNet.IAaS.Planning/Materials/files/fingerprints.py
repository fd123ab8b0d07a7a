"""What a file is, so that it can be told whether it changed: its content, and of a notebook also its cells alone."""
import hashlib
import json
import os
from typing import NamedTuple, Optional

# A larger one is compared by its bytes; parsing it would take too much memory of a Job that works for the whole class.
LARGEST_NOTEBOOK = 8 * 1024 * 1024


class Entry(NamedTuple):
    kind: str                # "file" or "link"
    size: int
    content: str             # sha256 of a file, target of a link
    executable: bool
    cells: Optional[str]     # of a notebook: sha256 of its cells' types and sources

    def is_same_content(self, other):
        return other is not None and (self.kind, self.size, self.content) == (other.kind, other.size, other.content)

    def is_same_cells(self, other):
        return other is not None and self.kind == other.kind == "file" and self.cells is not None and self.cells == other.cells


def is_notebook(name):
    return name.endswith(".ipynb")


def of_file(path, name, executable):
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return of_descriptor(descriptor, os.fstat(descriptor).st_size, name, executable)
    finally:
        os.close(descriptor)


def of_descriptor(descriptor, size, name, executable):
    """Reads no more than the size that the file was seen to have."""
    digest, left, text = hashlib.sha256(), size, []
    keeps = is_notebook(name) and size <= LARGEST_NOTEBOOK
    while left > 0:
        chunk = os.read(descriptor, min(left, 1 << 20))
        if not chunk:
            break
        digest.update(chunk)
        left -= len(chunk)
        if keeps:
            text.append(chunk)
    return Entry("file", size, digest.hexdigest(), executable, cells_of(b"".join(text)) if keeps else None)


def cells_of(text):
    """A hash of what the author wrote: outputs, execution counts and metadata come by running and opening it."""
    try:
        cells = [[str(cell["cell_type"]), source_of(cell["source"])] for cell in json.loads(text)["cells"]]
        return hashlib.sha256(json.dumps(cells).encode()).hexdigest()
    except (ValueError, KeyError, TypeError, RecursionError, MemoryError):
        return None


def source_of(source):
    return source if isinstance(source, str) else "".join(source)
