using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Warming;

/// <summary>How a lesson's start went: what the next lead is computed from, and what a teacher wants to read before the bell.</summary>
internal static class WarmingRecord
{
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    /// <summary>The record as it is now; null for a course without lessons, which is never warmed.</summary>
    public static WarmingStatus? Of(Course course, StagePeriod stage, SeatsPlan seats, IReadOnlyList<ObservedPod> pods, Instant now)
    {
        if (course.Timetable.Lessons.Count == 0) return null;
        var record = (course.Environment.Status?.Warming ?? new()) with { LeadSeconds = (int)course.Timetable.Lead.TotalSeconds };
        if (stage is not { HasLessonResources: true, Lesson: { } name }) return record;
        if (record.Lesson != name) record = record with { Lesson = name, ReadyAt = null, Seats = null };
        record = record with { Bell = course.Timetable.Lessons.First(lesson => lesson.Name == name).Start.ToDateTimeOffset() };
        if (record.ReadyAt is not null) return record;

        var expected = seats.Seats.Where(seat => seat.Value.Demand.IsExpected && seat.Value.Demand.Period.Lesson == name).ToList();
        if (expected.Count == 0 || expected.Any(seat => seat.Value.Health.State != SeatState.Ready)) return record;
        var names = expected.Select(seat => seat.Key).ToHashSet(StringComparer.Ordinal);
        var starts = pods.Where(pod => names.Contains(pod.Metadata.Name!)).Select(pod => pod.ReadySince - pod.Metadata.CreationTimestamp).OfType<TimeSpan>().ToList();
        return record with
        {
            ReadyAt = now.ToDateTimeOffset(),
            Seats = expected.Count,
            SlowestStartSeconds = starts.Count == 0 ? record.SlowestStartSeconds : Math.Max(0, (int)Math.Ceiling(starts.Max().TotalSeconds)),
        };
    }

    /// <summary>Such as: Ready 30/30 at 13:52, 8 minutes before the bell of tp1 (14:00).</summary>
    public static string? Sentence(WarmingStatus? record, string? lesson, DateTimeZone zone)
    {
        if (record is not { ReadyAt: { } readyAt, Bell: { } bell, Seats: { } seats } || record.Lesson != lesson) return null;
        var minutes = (int)Math.Floor(Math.Abs((bell - readyAt).TotalMinutes));
        var distance = minutes switch { 0 => "less than a minute", 1 => "1 minute", _ => $"{minutes} minutes" };
        return $"Ready {seats}/{seats} at {TimeOf(readyAt, zone)}, {distance} {(readyAt <= bell ? "before" : "after")} the bell of {lesson} ({TimeOf(bell, zone)}).";
    }

    /// <summary>The time of day in a zone, such as 13:52.</summary>
    public static string TimeOf(DateTimeOffset moment, DateTimeZone zone) => Clock.Format(Instant.FromDateTimeOffset(moment).InZone(zone).TimeOfDay);
}
