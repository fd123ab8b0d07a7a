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
[PrinterColumn("Wanted", ".spec.wantedUntil", Wide = true)]
[PrinterColumn("HandIn", ".spec.handInUntil", Wide = true)]
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

    /// <summary>
    /// An extension for this student: local time in the course's zone, such as 2026-11-29T12:00. It holds for the lesson whose own deadline is the
    /// last one not after it. Set by the teacher; the operator leaves it alone.
    /// </summary>
    [Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$")]
    [Length(16, 16)]
    public string? HandInUntil { get; init; }

    /// <summary>
    /// Somebody wants to work here until then, such as 2026-11-24T18:00:00Z: where the timetable lets seats start on demand, this one does. It stops
    /// when no work is done in it, and at once when this is taken away. Set by the portal or <c>mesonet seat start</c>; the operator leaves it alone.
    /// </summary>
    public DateTimeOffset? WantedUntil { get; init; }

    /// <summary>
    /// Which of the seat's invitation links is good: they are numbered from 0, which it is where not given. A higher number makes all links before it
    /// useless, and ends what they opened. Set by the portal; the operator leaves it alone.
    /// </summary>
    [Bounds(0, 1_000_000)]
    public int? Invitation { get; init; }

    /// <summary>
    /// The student hands in: for each lesson, when they last asked for it, such as 2026-11-25T10:00:00Z. What the course's folder holds then is taken;
    /// another time is another hand-in, and before the deadline the last one counts. Set by the portal or <c>mesonet seat hand-in</c>; the operator
    /// leaves it alone.
    /// </summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? HandIns { get; init; }

    /// <summary>The same for one lesson, as it was written before there was handIns; it still holds.</summary>
    public HandInRequest? HandIn { get; init; }

    /// <summary>The last time that somebody other than the student went into it: the student is shown it. Set by the portal, which lets nobody in without it; the operator leaves it alone.</summary>
    public SeatVisit? Visit { get; init; }
}

/// <summary>Somebody other than the student goes into a seat.</summary>
public sealed record SeatVisit
{
    /// <summary>The login of who goes there.</summary>
    [Length(1, 200)]
    public required string By { get; init; }

    /// <summary>When they announced it.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>The student hands in.</summary>
public sealed record HandInRequest
{
    /// <summary>For which lesson.</summary>
    [Length(1, 63)]
    public required string Lesson { get; init; }

    /// <summary>When the student asked for it. Another time is another hand-in; before the deadline, the last one counts.</summary>
    public required DateTimeOffset At { get; init; }
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

    /// <summary>The lesson in which nobody came and the seat gave its devices back.</summary>
    public string? AbsentFrom { get; init; }

    /// <summary>The value of spec.wantedUntil whose wish is fulfilled: the seat ran, and was stopped when no work was done in it.</summary>
    public DateTimeOffset? ServedUntil { get; init; }

    /// <summary>What became of the student's last hand-in, for each lesson they handed in for themselves.</summary>
    [ListMap("lesson")]
    public IReadOnlyList<HandInAnswer>? HandedIn { get; init; }

    /// <summary>What was taken at this student's deadlines, for each lesson for which they differed from the others': the course's status has the others'.</summary>
    [ListMap("lesson")]
    public IReadOnlyList<TakenWork>? Taken { get; init; }

    /// <summary>The student's home, where it is near its quota or over it.</summary>
    public SeatHome? Home { get; init; }
}

/// <summary>What was taken of one student for one lesson.</summary>
public sealed record TakenWork
{
    /// <summary>The lesson.</summary>
    public required string Lesson { get; init; }

    /// <summary>All deadlines of this student until then are taken care of; not given where none is.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>What became of a hand-in.</summary>
public sealed record HandInAnswer
{
    /// <summary>For which lesson it was.</summary>
    public required string Lesson { get; init; }

    /// <summary>When the student asked for it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether that was after the deadline.</summary>
    public bool? Late { get; init; }

    /// <summary>Why nothing was taken; not given where it was.</summary>
    public string? Problem { get; init; }
}
