using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>A course that somebody teaches, and what of it is theirs.</summary>
/// <param name="Course">The course.</param>
/// <param name="IsWhole">Whether all of it is: an assistant may be limited to groups.</param>
/// <param name="Groups">The groups of such an assistant.</param>
internal sealed record TaughtCourse(ClassroomEnvironment Course, bool IsWhole, IReadOnlyList<string> Groups)
{
    /// <summary>The course for somebody who teaches it or runs the site; null for anybody else.</summary>
    public static TaughtCourse? Of(ClassroomEnvironment course, Visitor visitor)
    {
        if (visitor.IsAdministrator) return new(course, true, []);
        if (Rights.TeacherOf(course, visitor) is not { } teacher) return null;
        return new(course, teacher.Groups is not { Count: > 0 }, teacher.Groups ?? []);
    }

    /// <summary>What people call it.</summary>
    public string Title => SiteView.TitleOf(Course);

    /// <summary>The path of its page.</summary>
    public string Path => $"/courses/{Course.Metadata.Namespace}/{Course.Metadata.Name}";

    /// <summary>
    /// The operator's own sentence of a condition, which may name any student of the course; null for an assistant of some groups, and where there is none.
    /// </summary>
    public string? DetailOf(Condition condition) => IsWhole && condition.Message is { Length: > 0 } message ? message : null;

    /// <summary>Whether a student of this group is theirs.</summary>
    public bool Has(string? group) => IsWhole || (group is not null && Groups.Contains(group, StringComparer.Ordinal));

    /// <summary>Whether a lesson is theirs: one of other groups, too, is not an assistant's to change.</summary>
    public bool MayChange(IReadOnlyList<string>? groupsOfLesson) => IsWhole || (groupsOfLesson is { Count: > 0 } && groupsOfLesson.All(Has));
}

/// <summary>A class at one moment.</summary>
/// <param name="Taught">The course.</param>
/// <param name="Timetable">Its timetable.</param>
/// <param name="Tiles">One tile per student, by group and login.</param>
internal sealed record ClassView(TaughtCourse Taught, FollowedTimetable Timetable, IReadOnlyList<SeatTile> Tiles)
{
    /// <summary>The class as the watches told.</summary>
    public static ClassView Of(TaughtCourse taught, SiteView site, Instant now)
    {
        var timetable = site.TimetableOf(taught.Course, now);
        return new(
            taught, timetable,
            [
                .. site.SeatsOf(taught.Course.Key).Where(seat => taught.Has(seat.Spec.Group)).Select(TileOf)
                    .OrderBy(tile => tile.Group, StringComparer.Ordinal).ThenBy(tile => tile.Login, StringComparer.Ordinal),
            ]);

        SeatTile TileOf(Seat seat) => site.Pods.Find(seat.Key) is { } pod ? SeatTile.Of(seat, pod, timetable, SeatUses.Of(site.Answers.Of(pod), now)) : SeatTile.Of(seat, null, timetable);
    }
}
