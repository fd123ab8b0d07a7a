using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Cli.Timetable;

/// <summary>A course's lessons with the moments at which its seats change their stage, in local time.</summary>
internal sealed class CourseTable(ClassroomEnvironment environment, CourseTimetable timetable, FitAnswer? fit, Instant now)
{
    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("ddd uuuu'-'MM'-'dd HH':'mm");
    private static readonly LocalTimePattern TimePattern = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    public void Print(TextWriter output)
    {
        var students = environment.Spec.Students ?? [];
        if (timetable.IsSuspended) output.WriteLine("  The course is suspended (spec.suspend): nothing runs, and nothing is booked.");
        if (timetable.Lessons.Count == 0)
        {
            output.WriteLine("  It has no lessons: its seats run all the time.");
            PrintEdges(output, timetable.ForSeat(null));
            return;
        }

        var groups = students.GroupBy(student => student.Group ?? "", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (Name: group.Key, Students: group.Count(), Seat: timetable.ForSeat(group.Key))).ToList();
        if (groups.Count == 0) groups.Add(("", 0, timetable.ForSeat(null)));
        // Groups with the same lessons are one table.
        var tables = groups.GroupBy(group => string.Join(' ', group.Seat.Lessons.Select(lesson => lesson.Name)), StringComparer.Ordinal).ToList();
        foreach (var table in tables)
        {
            if (tables.Count > 1) output.WriteLine($"  {string.Join(", ", table.Select(group => $"{(group.Name.Length > 0 ? $"group {group.Name}" : "no group")} ({Students(group.Students)})"))}");
            Print(output, table.First().Seat, tables.Count > 1 ? "    " : "  ");
            PrintEdges(output, table.First().Seat);
        }
    }

    /// <summary>How many students, in words.</summary>
    public static string Students(int count) => count == 1 ? "1 student" : $"{count} students";

    private void Print(TextWriter output, SeatTimetable seat, string indent)
    {
        var table = new TextTable("lesson", "warming from", "lesson", "hand-in until", "then", "room");
        var periods = Periods(seat);
        foreach (var lesson in seat.Lessons)
        {
            var mine = periods.Where(item => item.Period.Lesson == lesson.Name).ToList();
            var warming = mine.FirstOrDefault(item => item.Period.Stage == Stage.Warming);
            var handIn = mine.LastOrDefault(item => item.Period.Stage == Stage.HandIn);
            table.Add(
                lesson.Name, warming.Period is null ? "at once" : Local(warming.From), $"{Local(lesson.Start)} to {Time(lesson.End)}",
                handIn.Period?.Until is { } until ? Local(until) : "", mine.Count > 0 && mine[^1].Period.Until is { } end ? Next(seat.At(end)) : "", Room(lesson));
        }

        table.Print(output, indent);
    }

    private void PrintEdges(TextWriter output, SeatTimetable seat)
    {
        var periods = Periods(seat);
        if (periods is [{ Period: { Stage: Stage.Scheduled, Until: { } first } }, ..]) output.WriteLine($"  Scheduled until {Local(first)}.");
        if (timetable.ValidUntil is { } closed) output.WriteLine($"  Closed from {Local(closed)}.");
    }

    private List<(Instant From, StagePeriod Period)> Periods(SeatTimetable seat)
    {
        var moments = timetable.Lessons.SelectMany(lesson => new[] { lesson.Start - timetable.Lead, lesson.HandInUntil, lesson.End })
            .Concat(new[] { timetable.ValidFrom, timetable.ValidUntil }.OfType<Instant>()).DefaultIfEmpty(now).ToList();
        return [.. seat.Between(moments.Min() - Duration.FromDays(1), moments.Max() + Duration.FromDays(1))];
    }

    private string Room(LessonTimes lesson)
    {
        if (lesson.End <= now) return "over";
        if (fit is null) return "not checked";
        return fit.Lessons.FirstOrDefault(answer => answer.Lesson == lesson.Name) is { Fits: false } lacking ? $"lacks {lacking.Shortage!.Seats} of {lacking.Seats} seats" : "fits";
    }

    private static string Next(StagePeriod period) => period.Stage switch
    {
        Stage.Warming or Stage.Lesson => period.Lesson ?? "",
        var stage => stage.ToString(),
    };

    private string Local(Instant moment) => Pattern.Format(moment.InZone(timetable.Zone).LocalDateTime);

    private string Time(Instant moment) => TimePattern.Format(moment.InZone(timetable.Zone).TimeOfDay);
}
