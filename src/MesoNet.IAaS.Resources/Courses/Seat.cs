using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>One student's place in one course. Made and kept by the operator: change the course's roster instead.</summary>
[KubernetesResource("mesonet.fr", "v1alpha1", "Seat", "seats")]
[ShortName("seat")]
[PrinterColumn("Course", ".spec.environment")]
[PrinterColumn("Student", ".spec.login")]
[PrinterColumn("Group", ".spec.group", Wide = true)]
[PrinterColumn("State", ".status.state")]
[PrinterColumn("Reason", ".status.reason")]
[PrinterColumn("Message", ".status.message", Wide = true)]
public sealed record Seat : KubernetesObject
{
    /// <summary>Whose place it is.</summary>
    public required SeatSpec Spec { get; init; }

    /// <summary>How the seat is doing.</summary>
    public SeatStatus? Status { get; init; }
}

/// <summary>Whose place it is.</summary>
public sealed record SeatSpec
{
    /// <summary>The name of the ClassroomEnvironment, in the same namespace.</summary>
    [Length(1, 253)]
    public required string Environment { get; init; }

    /// <summary>The student's login.</summary>
    [Length(1, 200)]
    public required string Login { get; init; }

    /// <summary>The student's group.</summary>
    [Length(0, 63)]
    public string? Group { get; init; }
}

/// <summary>What a seat is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SeatState>))]
public enum SeatState
{
    /// <summary>Not running; the work is kept.</summary>
    Stopped,

    /// <summary>Being started, or waiting for something that the reason names.</summary>
    Starting,

    /// <summary>The notebook answers.</summary>
    Ready,

    /// <summary>It cannot start; the message says what to change.</summary>
    Failed,
}

/// <summary>How the seat is doing.</summary>
public sealed record SeatStatus
{
    /// <summary>What the seat is doing.</summary>
    public SeatState? State { get; init; }

    /// <summary>Why, in one word.</summary>
    public string? Reason { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public string? Message { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }
}
