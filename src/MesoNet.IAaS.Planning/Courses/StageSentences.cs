using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>What the condition Ready says of each stage where nothing is wrong.</summary>
internal static class StageSentences
{
    /// <summary>No seat runs.</summary>
    public static Finding NotRunning(Course course, StagePeriod stage, Instant now) => stage.Stage switch
    {
        Stage.Closed => new(Readiness.Ready, false, "ValidityOver", "The course's validity is over (spec.validity.until); the students' work is kept."),
        _ when course.Timetable.IsSuspended => new(Readiness.Ready, false, "Suspended", "The course is suspended (spec.suspend); the students' work is kept."),
        Stage.Scheduled when course.Timetable.Lessons.Count == 0 => new(Readiness.Ready, false, "NotYetValid", "The course's validity has not begun (spec.validity.from)."),
        Stage.Scheduled => new(Readiness.Ready, false, "Scheduled", $"The course has not begun. {Next(course, stage)}"),
        Stage.Resting when course.Timing.RestingOnDemand => OnDemand(course, stage, now),
        _ => new(Readiness.Ready, false, "Resting", $"No lesson is on. {Next(course, stage)}"),
    };

    /// <summary>Seats run for who asks for theirs.</summary>
    public static Finding OnDemand(Course course, StagePeriod stage, Instant now)
    {
        // Past the lesson's own deadline, some students have an extension.
        var deadline = DeadlineOf(course, stage);
        return new(Readiness.Ready, true, "OnDemand", stage switch
        {
            { Stage: Stage.HandIn } when deadline > now => $"{stage.Lesson} is over, and its devices are given back. Seats start on demand until {Time(course, deadline.Value)}.",
            { Stage: Stage.HandIn } => $"{stage.Lesson} is over. Seats start on demand for the students who have an extension.",
            { Stage: Stage.Resting } => $"No lesson is on; seats start on demand. {Next(course, stage)}",
            _ => "Nobody needs a seat now. They start on demand.",
        });
    }

    /// <summary>When what is said of a stage is no longer so, though the stage goes on; null for never.</summary>
    public static Instant? ChangesAt(Course course, StagePeriod stage, Instant now) =>
        stage.Stage == Stage.HandIn && DeadlineOf(course, stage) is { } deadline && deadline > now ? deadline : null;

    /// <summary>Seats are being started.</summary>
    public static Finding Starting(Course course, StagePeriod stage) => stage is { Stage: Stage.Warming, Until: { } bell }
        ? new(Readiness.Ready, false, "SeatsWarming", $"The seats for {stage.Lesson} are being started; the bell is at {WarmingRecord.TimeOf(bell.ToDateTimeOffset(), course.Timetable.Zone)}.")
        : new(Readiness.Ready, false, "SeatsStarting", "The seats are being started.");

    private static Instant? DeadlineOf(Course course, StagePeriod stage) => course.Timetable.Lessons.FirstOrDefault(lesson => lesson.Name == stage.Lesson)?.HandInUntil;

    private static string Next(Course course, StagePeriod stage)
    {
        // Named by the stage's end and not by the clock, so that the sentence stays the same until then.
        if (stage.Until is not { } until || course.Timetable.Lessons.FirstOrDefault(lesson => lesson.Start >= until) is not { } next) return "No further lesson is in the timetable.";
        return $"The next lesson, {next.Name}, begins on {Time(course, next.Start)}; its seats are started {Minutes(course.Timetable.Lead)} before.";
    }

    private static string Minutes(Duration lead) => lead.TotalMinutes < 2 ? $"{lead.TotalSeconds:0} seconds" : $"{lead.TotalMinutes:0} minutes";

    private static string Time(Course course, Instant moment) => LocalTimes.Write(moment.InZone(course.Timetable.Zone).LocalDateTime).Replace('T', ' ');
}
