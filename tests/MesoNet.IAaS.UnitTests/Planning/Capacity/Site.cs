using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Capacity;

/// <summary>A small site for tests: nodes, templates by the device they need, and courses.</summary>
internal static class Site
{
    /// <summary>A Friday; lessons are from the Monday after on.</summary>
    public static Instant Now { get; } = Instant.FromUtc(2026, 11, 20, 8, 0);

    public static Node Node(string name, params (string Resource, string Amount)[] devices) => new()
    {
        Metadata = new() { Name = name },
        Status = new()
        {
            Allocatable = new Dictionary<string, Quantity>(
                devices.Select(device => KeyValuePair.Create(device.Resource, new Quantity(device.Amount)))) { ["cpu"] = "64", ["memory"] = "512Gi", ["pods"] = "110" },
        },
    };

    public static CourseTemplate Template(string name, string? device = null, int count = 1, string cpu = "2") => new()
    {
        Metadata = new() { Name = name },
        Spec = new()
        {
            Title = name, Image = "image:1",
            Resources = new() { Lesson = new() { Cpu = cpu, Memory = "8Gi", Devices = device is null ? null : new Dictionary<string, Quantity> { [device] = $"{count}" } } },
        },
    };

    /// <summary>A course; the later its place, the later it was asked for.</summary>
    public static ClassroomEnvironment Course(string name, string template, int place, int students, params Lesson[] lessons) => new()
    {
        Metadata = new() { Name = name, Namespace = $"course-{name}", CreationTimestamp = new DateTimeOffset(2026, 9, 1, 8, 0, 0, TimeSpan.Zero).AddMinutes(place) },
        Spec = new()
        {
            Template = new() { Name = template },
            Students = [.. Enumerable.Range(1, students).Select(number => new Student { Login = $"student{number:00}", Group = number % 2 == 1 ? "A" : "B" })],
            Validity = new() { From = "2026-11-01", Until = "2027-01-31" },
            Lessons = lessons,
        },
    };

    public static Lesson Lesson(string name, string start, string end, params string[] groups) =>
        new() { Name = name, Start = start, End = end, Groups = groups.Length == 0 ? null : groups };

    public static SiteCalendar Calendar(IEnumerable<Node> nodes, IEnumerable<CourseTemplate> templates, params ClassroomEnvironment[] courses) =>
        SiteCalendar.Of(courses, templates, nodes);
}
