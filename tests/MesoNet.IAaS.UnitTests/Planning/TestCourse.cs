using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>Objects for tests, each valid as it is.</summary>
internal static class TestCourse
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static Instant Start { get; } = Instant.FromUtc(2026, 11, 20, 8, 0);

    public static ClassroomEnvironment Environment(params string[] logins) => new()
    {
        Metadata = new() { Name = "test", Namespace = "course-test" },
        Spec = new() { Template = new() { Name = "template" }, Students = [.. logins.Select(login => new Student { Login = login })] },
    };

    public static CourseTemplate Template(string image = "image:1") => new()
    {
        Metadata = new() { Name = "template" },
        Spec = new()
        {
            Title = "Test",
            Image = image,
            Code = new() { Repository = "git://git.test/course.git", Ref = "main" },
            Documents = new() { Path = "documents" },
            Datasets = [new() { Name = "digits" }],
            Parameters = [new() { Name = "epochs", Default = "10" }],
            Resources = new() { Lesson = new() { Cpu = "1", Memory = "2Gi" } },
        },
    };

    public static Dataset Dataset() => new()
    {
        Metadata = new() { Name = "digits" },
        Spec = new() { Title = "Digits", HostPath = new() { Path = "/srv/digits" } },
    };

    public static Node Node(string cpu = "64", string memory = "512Gi", string pods = "110") => new()
    {
        Metadata = new() { Name = "node" },
        Status = new() { Allocatable = new Dictionary<string, Quantity> { ["cpu"] = cpu, ["memory"] = memory, ["pods"] = pods } },
    };

    public static World World(params string[] logins) => new(Environment(logins), Template(), Dataset(), Node());
}
