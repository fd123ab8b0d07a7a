using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Cli.Seats;

/// <summary>For which lesson a student hands in.</summary>
internal static class HandInChoice
{
    /// <summary>The lesson that is named or, of those that have begun, the one whose deadline is next; else the last one, which is late then.</summary>
    /// <exception cref="UserMistakeException">There is none.</exception>
    public static string LessonOf(ClassroomEnvironment environment, Seat seat, string? named, DateTimeOffset at)
    {
        var now = Instant.FromDateTimeOffset(at);
        var lessons = new CourseTimetable(environment.Spec, Duration.Zero).ForSeat(seat.Spec.Group, seat.Spec.HandInUntil).Lessons;
        if (named is not null)
        {
            return lessons.FirstOrDefault(lesson => lesson.Name == named)?.Name
                ?? throw new UserMistakeException($"{seat.Spec.Login} has no lesson \"{named}\". {(lessons.Count == 0 ? "There are none in the timetable." : $"There are {string.Join(", ", lessons.Select(lesson => lesson.Name))}.")}");
        }

        var begun = lessons.Where(lesson => lesson.Start <= now).ToList();
        return (begun.Where(lesson => now <= lesson.HandInUntil).MinBy(lesson => lesson.HandInUntil) ?? begun.MaxBy(lesson => lesson.HandInUntil))?.Name
            ?? throw new UserMistakeException($"No lesson of {seat.Spec.Login} has begun yet, so there is nothing to hand in for. --lesson names one all the same.");
    }
}
