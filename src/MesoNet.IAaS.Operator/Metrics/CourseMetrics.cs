using System.Diagnostics.Metrics;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Operator.Metrics;

/// <summary>The courses as gauges, read from their statuses whenever somebody asks.</summary>
internal sealed class CourseMetrics : IDisposable
{
    private readonly Func<IEnumerable<ClassroomEnvironment>> environments;

    public CourseMetrics(Func<IEnumerable<ClassroomEnvironment>> environments)
    {
        this.environments = environments;
        Gauge("mesonet_course_seats", "Seats of a course by state.", course => course.Status.Seats is not { } seats ? [] :
        [
            Of(course, seats.Ready ?? 0, "state", "ready"), Of(course, seats.Starting ?? 0, "state", "starting"),
            Of(course, seats.Failed ?? 0, "state", "failed"), Of(course, seats.Stopped ?? 0, "state", "stopped"),
        ]);
        Gauge("mesonet_course_stage", "1 for the stage a course is in.", course => course.Status.Stage is not { } stage ? [] : [Of(course, 1, "stage", stage.ToString())]);
        Gauge("mesonet_course_condition", "1 where a condition of a course is True, 0 where it is not.", course =>
            (course.Status.Conditions ?? []).Select(condition => Of(course, condition.Status == "True" ? 1 : 0, "condition", condition.Type)));
        Gauge("mesonet_lesson_ready_before_bell_seconds", "How long before the bell of a course's last lesson all its seats were ready; negative for after it.", course =>
            course.Status.Warming is { Lesson: { } lesson, Bell: { } bell, ReadyAt: { } readyAt } ? [Of(course, (bell - readyAt).TotalSeconds, "lesson", lesson)] : []);
        Gauge("mesonet_lesson_seats_expected_at_bell", "How many seats a course's last lesson had at its bell.", course => AtBell(course, warming => warming.ExpectedAtBell));
        Gauge("mesonet_lesson_seats_ready_at_bell", "How many of these were ready.", course => AtBell(course, warming => warming.ReadyAtBell));
        Gauge("mesonet_lesson_lead_seconds", "How long before a lesson a course's seats are started.", course =>
            course.Status.Warming?.LeadSeconds is { } lead ? [Of(course, lead)] : []);
        Gauge("mesonet_seat_slowest_start_seconds", "How long the slowest seat of a course's last lesson took from its pod's creation until its notebook answered.", course =>
            course.Status.Warming?.SlowestStartSeconds is { } seconds ? [Of(course, seconds)] : []);
    }

    /// <summary>The gauges.</summary>
    public Meter Meter { get; } = new("MesoNet.IAaS.Operator");

    public void Dispose() => Meter.Dispose();

    private void Gauge(string name, string description, Func<Known, IEnumerable<Measurement<double>>> measure) => Meter.CreateObservableGauge(
        name, () => environments().Where(environment => environment.Status is not null)
            .OrderBy(environment => environment.Key.ToString(), StringComparer.Ordinal)
            .SelectMany(environment => measure(new(environment, environment.Status!))),
        unit: null, description);

    private static IEnumerable<Measurement<double>> AtBell(Known course, Func<WarmingStatus, int?> count) =>
        course.Status.Warming is { Lesson: { } lesson } warming && count(warming) is { } seats ? [Of(course, seats, "lesson", lesson)] : [];

    private static Measurement<double> Of(Known course, double value, string? label = null, string? text = null)
    {
        var tags = new List<KeyValuePair<string, object?>> { new("namespace", course.Environment.Metadata.Namespace), new("course", course.Environment.Metadata.Name) };
        if (label is not null) tags.Add(new(label, text));
        return new(value, tags);
    }

    private sealed record Known(ClassroomEnvironment Environment, ClassroomEnvironmentStatus Status);
}
