using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Cli.Simulation;

/// <summary>How far a seat is.</summary>
internal enum SeatPhase
{
    /// <summary>It has no pod.</summary>
    Stopped,

    /// <summary>Its moment to be started has not come yet.</summary>
    Planned,

    /// <summary>Its pod waits for a node with room.</summary>
    Waiting,

    /// <summary>It is on a node and its notebook does not answer yet.</summary>
    Starting,

    /// <summary>Its notebook answers.</summary>
    Ready,
}

/// <summary>A student's seat in a simulation.</summary>
internal sealed class SimulatedSeat(SimulatedCourse course, string? group)
{
    public SimulatedCourse Course { get; } = course;

    public string? Group { get; } = group;

    public SeatPhase Phase { get; set; }

    /// <summary>The lesson it is wanted for; null where it is wanted for none.</summary>
    public LessonRun? Run { get; set; }

    public SimulatedNode? Node { get; set; }

    /// <summary>When its pod was created.</summary>
    public Instant Created { get; set; }

    /// <summary>From when on it holds its node's resources.</summary>
    public Instant Placed { get; set; }

    /// <summary>How often it was started or stopped: what was planned for an earlier start no longer counts.</summary>
    public int Starts { get; set; }
}

/// <summary>A course in a simulation.</summary>
internal sealed class SimulatedCourse
{
    /// <param name="environment">The course.</param>
    /// <param name="template">Its template.</param>
    /// <param name="precedence">Its place among the courses of its site.</param>
    public SimulatedCourse(ClassroomEnvironment environment, CourseTemplate template, int precedence)
    {
        (Environment, Template, Precedence) = (environment, template, precedence);
        Seats = [.. (environment.Spec.Students ?? []).Select(student => new SimulatedSeat(this, student.Group))];
        Timing = Timing.Of(template.Spec.Timing);
    }

    /// <summary>The course, with what was measured of it so far in its status, as in a cluster.</summary>
    public ClassroomEnvironment Environment { get; set; }

    public CourseTemplate Template { get; }

    public Timing Timing { get; }

    public int Precedence { get; }

    public IReadOnlyList<SimulatedSeat> Seats { get; }

    /// <summary>Which of the looks at it that are planned counts.</summary>
    public int Look { get; set; }
}

/// <summary>A lesson as it went. A course without lessons has one run without a bell.</summary>
/// <param name="Course">The course.</param>
/// <param name="Lesson">The lesson; null for a course without any.</param>
internal sealed record LessonRun(SimulatedCourse Course, LessonTimes? Lesson)
{
    /// <summary>Seats that students expect.</summary>
    public int Asked { get; set; }

    /// <summary>Seats that were ready at the bell.</summary>
    public int ReadyAtBell { get; set; }

    /// <summary>Seats that became ready after it.</summary>
    public int ReadyLate { get; set; }

    /// <summary>Seats that waited for a node with room.</summary>
    public int Waited { get; set; }

    /// <summary>The slowest start, from the pod's creation until the notebook answered.</summary>
    public Duration Slowest { get; set; }
}

/// <summary>A node in a simulation.</summary>
internal sealed class SimulatedNode(string name)
{
    private readonly Dictionary<string, Instant> images = new(StringComparer.Ordinal);
    private Instant pullsUntil = Instant.MinValue;

    public string Name { get; } = name;

    /// <summary>How many seats are being started on it.</summary>
    public int Starting { get; set; }

    /// <summary>When the node has an image. It fetches one at a time, as kubelets do by default, and keeps what it has.</summary>
    public Instant HasImageAt(string image, Duration pull, Instant now)
    {
        if (!images.TryGetValue(image, out var at)) images[image] = at = pullsUntil = Instant.Max(now, pullsUntil) + pull;
        return Instant.Max(now, at);
    }
}
