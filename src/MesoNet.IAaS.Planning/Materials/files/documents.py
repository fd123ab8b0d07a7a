"""The course's documents: a folder of the homes' volume, which seats mount read-only. It is named after the git tree that it holds, so that a
commit that changes other things is no new copy."""
import json
import os
import re
import shutil
import time

import versions

# A seat that is just being made may not be known to who started this Job.
UNUSED_SECONDS = 3600


def folder(settings, tree):
    return os.path.join(settings.volume, "documents", f"{tree}-{settings.documents_key}")


def note_of(settings, commit):
    return os.path.join(settings.own, "documents", f"{commit}-{settings.documents_key}.json")


def tree_of(settings, commit):
    """The tree that a commit's documents are; empty where the course has none, or it is not known."""
    if not settings.documents_path:
        return ""
    try:
        with open(note_of(settings, commit), encoding="ascii") as file:
            tree = json.load(file)["tree"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        # The program before this one named the folder after the commit, which may have vanished from the repository since.
        tree = commit if os.path.isdir(folder(settings, commit)) else ""
    return tree if re.fullmatch("[0-9a-f]{40,64}", str(tree)) else ""


def are_there(settings, commit):
    tree = tree_of(settings, commit)
    return not settings.documents_path or (tree != "" and os.path.isdir(folder(settings, tree)))


def write(settings, source, commit):
    if not settings.documents_path or are_there(settings, commit):
        return
    tree = source.tree(commit, settings.documents_path)
    if not os.path.isdir(folder(settings, tree)):
        copy(settings, source, commit, folder(settings, tree))
    note = note_of(settings, commit)
    os.makedirs(os.path.dirname(note), exist_ok=True)
    with open(note + ".new", "w", encoding="ascii") as file:
        json.dump({"tree": tree}, file)
    os.replace(note + ".new", note)


def copy(settings, source, commit, target):
    beside = os.path.join(settings.work, "documents")
    os.makedirs(beside)
    for path, entry, part in versions.contents(settings, source, commit, settings.documents_path):
        place = os.path.join(beside, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if entry.kind == "link":
            os.symlink(entry.content, place)
        else:
            os.chmod(part, 0o755 if entry.executable else 0o644)
            os.rename(part, place)
    os.rename(beside, target)


def sweep(settings, tree):
    """Removes what no seat has any more. Whoever starts the Job names what seats have; each run notes on those that they are in use, and only
    what has not been for an hour goes: first its name, at once, then its files."""
    above = os.path.join(settings.volume, "documents")
    kept = set(settings.documents_kept) | ({os.path.basename(folder(settings, tree))} if tree else set())
    for name in os.listdir(above):
        path = os.path.join(above, name)
        if name in kept:
            os.utime(path)
        elif time.time() - os.lstat(path).st_mtime > UNUSED_SECONDS:
            going = os.path.join(settings.work, "unused-documents")
            os.rename(path, going)
            shutil.rmtree(going, ignore_errors=True)
