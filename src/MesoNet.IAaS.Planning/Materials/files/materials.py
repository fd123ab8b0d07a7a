"""Fetches the course's repository once, and brings each home to that version. Running it twice changes nothing.

  homes/SEAT/                   a student's home
  documents/TREE-KEY/           the course's documents, by the git tree that they are: one that did not change is not copied again
  .mesonet/
    versions/KEY/               manifest.json, and blobs/ while that version is the newest
    history.git/                a commit for each version; what the students' own repositories begin with
    homes/SEAT/given.json       which version the home was last given, and what became of it
    homes/SEAT/lock             held while the home is worked on, or its work is taken
    documents/COMMIT.json       which tree of documents a commit has
    report.json                 the same of all homes
"""
import os
import shutil

import documents
import history
import homes
import lock
import outcome
import report
import repository
import restore
import versions
import workers
from settings import Settings


def run(arguments, environment):
    settings = Settings.of(arguments, environment)
    try:
        return bring_all(settings)
    finally:
        shutil.rmtree(settings.private, ignore_errors=True)


def bring_all(settings):
    held = hold(settings)
    try:
        restore.sweep(settings.own)
        shutil.rmtree(settings.work, ignore_errors=True)
        os.makedirs(settings.work)
        version = versions.prepare(settings, repository.Repository(settings)) if settings.repository else None
        prepared = history.prepare(settings, version) if version else None
        results = workers.each(settings.homes, lambda home: homes.bring(settings, version, prepared, home), homes.failed)
        said = report.write(settings, version, results)
        if version:
            versions.sweep(settings, version)
            said["documents"] = documents.tree_of(settings, version.commit)
            documents.sweep(settings, said["documents"])
        return said
    except OSError as error:
        raise outcome.of_volume(error) from error
    finally:
        shutil.rmtree(settings.work, ignore_errors=True)
        os.close(held)


def hold(settings):
    try:
        for folder in (settings.own, settings.own_homes, os.path.join(settings.volume, "homes"), os.path.join(settings.volume, "documents")):
            os.makedirs(folder, exist_ok=True)
        return lock.hold(os.path.join(settings.own, "lock"))
    except OSError as error:
        raise outcome.Failure("VolumeNotWritable", f"the homes' volume cannot be written by user {os.getuid()} ({error.strerror})") from error
