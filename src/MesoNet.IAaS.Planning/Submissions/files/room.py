"""Room in the volume of what is handed in, made of what does not count: the archives of a student's own hand-ins before the last one. Each of these returns
how many bytes it freed. Nothing that goes wrong with one student's files here keeps others' work out."""
import os

import manifests


def of_their_own(settings, items):
    """Of the students whose work found none."""
    return supersede(settings, {item.seat for item in items})


def of_whoever_has_most(settings, items):
    """Of one student: nobody keeps others' work out by what they handed in before."""
    spare = {}
    for lesson, seat in places(settings):
        spare[seat] = spare.get(seat, 0) + leniently(manifests.bytes_superseded, settings, lesson, seat)
    return supersede(settings, {max(spare, key=spare.get)}) if spare else 0


def of_everybody(settings, items):
    return supersede(settings, {seat for _, seat in places(settings)})


def is_needed(settings, item):
    """Whether work must be taken, whatever that costs others: what is due at a deadline, and the first that a student has in a lesson."""
    return not item.requested or not leniently(manifests.has_whole, settings, item.lesson, item.seat)


def supersede(settings, seats):
    return sum(leniently(manifests.supersede, settings, lesson, seat) for lesson, seat in places(settings) if seat in seats)


def leniently(ask, settings, lesson, seat):
    try:
        return ask(settings.submissions, lesson, seat, most=1)
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def places(settings):
    """The lessons and seats of which there may be something that was taken."""
    found = set()
    for kind in manifests.KINDS:
        for lesson in manifests.names_in(os.path.join(settings.submissions, kind)):
            found |= {(lesson, seat) for seat in manifests.names_in(os.path.join(settings.submissions, kind, lesson))}
    return sorted(found)
