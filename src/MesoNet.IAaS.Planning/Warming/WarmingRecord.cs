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
        var (bell, moment) = (course.Timetable.Lessons.First(lesson => lesson.Name == name).Start.ToDateTimeOffset(), now.ToDateTimeOffset());
        // One that was moved is another start.
        if (record.Lesson != name || record.Bell != bell)
            record = record with { Lesson = name, Bell = bell, ReadyAt = null, Seats = null, ExpectedAtBell = null, ReadyAtBell = null };
        if (record.ReadyAt is not null && (record.ExpectedAtBell is not null || moment < bell)) return record;

        var expected = seats.Seats.Where(seat => seat.Value.Demand.IsExpected && seat.Value.Demand.Period.Lesson == name).ToDictionary(seat => seat.Key, seat => seat.Value, StringComparer.Ordinal);
        if (expected.Count == 0) return record;
        var up = pods.Where(pod => expected.TryGetValue(pod.Metadata.Name!, out var seat) && seat is { Demand.Purpose: SeatPurpose.Lesson, Health.State: SeatState.Ready }).ToList();
        // By what the pods say, not by when this pass comes: it may come late.
        if (moment >= bell && record.ExpectedAtBell is null)
            record = record with { ExpectedAtBell = expected.Count, ReadyAtBell = up.Count(pod => !(pod.ReadySince > bell)) };
        return record.ReadyAt is null && up.Count == expected.Count ? WhenAllAreReady(record, up, moment) : record;
    }

    private static WarmingStatus WhenAllAreReady(WarmingStatus record, List<ObservedPod> pods, DateTimeOffset now)
    {
        // A container that was started again is Ready since then, which says nothing of how long its start took.
        var starts = pods.Where(pod => pod.Status?.ContainerStatuses?.Any(container => container.RestartCount > 0) != true)
            .Select(pod => pod.ReadySince - pod.Metadata.CreationTimestamp).OfType<TimeSpan>().ToList();
        if (starts.Count > 0) record = StartSchedule.Remember(record, Math.Max(0, (int)Math.Ceiling(starts.Max().TotalSeconds)));
        return record with { ReadyAt = pods.Max(pod => pod.ReadySince) is { } newest && newest < now ? newest : now, Seats = pods.Count };
    }

    /// <summary>Such as: Ready 30/30 at 13:52, 8 minutes before the bell of tp1 (14:00). Or, past it and as long as some lack: Ready 29/30 at the bell of tp1 (14:00).</summary>
    public static string? Sentence(WarmingStatus? record, string? lesson, DateTimeZone zone)
    {
        if (record is not { Bell: { } bell } || record.Lesson != lesson) return null;
        if (record is not { ReadyAt: { } readyAt, Seats: { } seats })
            return record.ExpectedAtBell is { } expected ? $"Ready {record.ReadyAtBell}/{expected} at the bell of {lesson} ({TimeOf(bell, zone)})." : null;
        var minutes = (int)Math.Floor(Math.Abs((bell - readyAt).TotalMinutes));
        var distance = minutes switch { 0 => "less than a minute", 1 => "1 minute", _ => $"{minutes} minutes" };
        return $"Ready {seats}/{seats} at {TimeOf(readyAt, zone)}, {distance} {(readyAt <= bell ? "before" : "after")} the bell of {lesson} ({TimeOf(bell, zone)}).";
    }

    /// <summary>The time of day in a zone, such as 13:52.</summary>
    public static string TimeOf(DateTimeOffset moment, DateTimeZone zone) => Clock.Format(Instant.FromDateTimeOffset(moment).InZone(zone).TimeOfDay);
}
