using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Timetables;

/// <summary>"Every Monday 14:00-17:00 for 6 weeks from 2026-11-23": the same hours each week, but for holidays, in whose place a week is added.</summary>
/// <param name="Weekday">The day of the week.</param>
/// <param name="Start">When each lesson begins.</param>
/// <param name="End">When each lesson ends.</param>
/// <param name="Lessons">How many lessons are held.</param>
/// <param name="From">The first day on which one may be.</param>
/// <param name="HandInDays">How many days after each lesson students may hand in; 0 where they do not.</param>
/// <param name="Holidays">Days without lessons.</param>
/// <param name="Groups">The groups they are for; empty for all.</param>
internal sealed record WeeklyLessons(
    IsoDayOfWeek Weekday, LocalTime Start, LocalTime End, int Lessons, LocalDate From, int HandInDays, IReadOnlyList<Holidays> Holidays, IReadOnlyList<string> Groups)
{
    /// <summary>More than a year of weeks makes no course.</summary>
    public const int MostLessons = 60;

    /// <summary>The lessons, in local time: 14:00 stays 14:00 when the clocks change.</summary>
    public IReadOnlyList<Lesson> Read()
    {
        var first = From.DayOfWeek == Weekday ? From : From.Next(Weekday);
        // Ten years without a free day are a slip in the holidays.
        return
        [
            .. Enumerable.Range(0, 520).Select(first.PlusWeeks).Where(day => !Holidays.Any(holidays => holidays.Contains(day)))
                .Take(Math.Min(Lessons, MostLessons)).Select((day, index) => new Lesson
                {
                    Name = $"{LessonNames.Default}{index + 1}",
                    Start = LocalTimes.Write(day + Start),
                    End = LocalTimes.Write(day + End),
                    HandInUntil = WrittenTimes.HandIn(day + End, HandInDays) is { } until ? LocalTimes.Write(until) : null,
                    Groups = Groups.Count == 0 ? null : Groups,
                }),
        ];
    }
}

/// <summary>Days without lessons, from the first to the last.</summary>
internal sealed record Holidays(LocalDate First, LocalDate Last)
{
    /// <summary>Whether a day is one of them.</summary>
    public bool Contains(LocalDate day) => First <= day && day <= Last;
}
