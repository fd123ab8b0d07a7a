using System.Collections.Immutable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>A course as its teacher wants it, whatever the cluster has made of it so far.</summary>
internal sealed record SoakCourse
{
    /// <summary>Its namespace and name.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>The name of its template.</summary>
    public required string Template { get; init; }

    /// <summary>Who takes it.</summary>
    public required ImmutableList<Student> Students { get; init; }

    /// <summary>Whether it is suspended.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Whether its homes may go when it goes.</summary>
    public bool DeletesData { get; init; }

    /// <summary>Nothing that stops a notebook ever happens to a calm course: none of its pods may end but by hand.</summary>
    public bool IsCalm { get; init; }

    /// <summary>The names of its seats.</summary>
    public IReadOnlySet<string> Seats => Students.Select(student => ObjectNames.Seat(Key.Name, student.Login)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The object to apply.</summary>
    public ClassroomEnvironment ToEnvironment() => new()
    {
        Metadata = new() { Name = Key.Name, Namespace = Key.Namespace },
        Spec = new()
        {
            Template = new() { Name = Template }, Students = Students, Suspend = IsSuspended, Retention = new() { DeleteData = DeletesData },
            Storage = new() { Size = "1Gi" },
        },
    };
}
