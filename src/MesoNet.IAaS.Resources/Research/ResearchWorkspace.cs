using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Research;

/// <summary>A long-lived environment of a project or a researcher. It makes room for lessons and comes back by itself; its volume stays.</summary>
[KubernetesResource("mesonet.fr", "v1alpha1", "ResearchWorkspace", "researchworkspaces")]
[ShortName("rw")]
[PrinterColumn("Owner", ".spec.owner")]
[PrinterColumn("Stage", ".status.stage")]
[PrinterColumn("Until", ".spec.until")]
[PrinterColumn("Next", ".status.nextTransition")]
[PrinterColumn("Image", ".status.image", Wide = true)]
[PrinterColumn("Back", ".status.yielding.until", Wide = true)]
[PrinterColumn("Lost", ".status.lostSeconds", Type = "integer", Wide = true)]
[PrinterColumn("Reason", ".status.conditions[?(@.type==\"Ready\")].reason")]
[PrinterColumn("Message", ".status.conditions[?(@.type==\"Ready\")].message", Wide = true)]
public sealed record ResearchWorkspace : KubernetesObject
{
    /// <summary>What the workspace needs.</summary>
    public required ResearchWorkspaceSpec Spec { get; init; }

    /// <summary>How the workspace is doing.</summary>
    public ResearchWorkspaceStatus? Status { get; init; }

    /// <summary>The image that the platform means on this site; null where the workspace names an image itself, and as long as nobody has looked it up.</summary>
    [JsonIgnore]
    public PlatformImage? Platform { get; init; }

    /// <summary>The image that it runs; null where it names a platform that has none.</summary>
    [JsonIgnore]
    public string? Image => Spec.Image ?? Platform?.Image;

    /// <summary>The architectures that image runs on; null where nobody knows.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Architectures => Spec.Image is null ? Platform?.Architectures : Spec.Architectures;
}

/// <summary>What the workspace needs.</summary>
[Rule("has(self.resources.cpu) && has(self.resources.memory)", "resources must name cpu and memory")]
[Rule("has(self.image) != has(self.platform)", "give exactly one of platform and image")]
public sealed record ResearchWorkspaceSpec
{
    /// <summary>What people call it; its name where not given.</summary>
    [Length(0, 200)]
    public string? Title { get; init; }

    /// <summary>The login of who is responsible for it, and may open it.</summary>
    [Pattern(@"^[^\s/]+$")]
    [Length(1, 200)]
    public required string Owner { get; init; }

    /// <summary>Others who may open it.</summary>
    [ListMap("login")]
    [Length(0, 50)]
    public IReadOnlyList<Collaborator>? Collaborators { get; init; }

    /// <summary>What it is used as. Interactive, a JupyterLab, is all there is so far.</summary>
    [Default("Interactive")]
    public WorkspaceMode? Mode { get; init; }

    /// <summary>A platform of the site, such as pytorch, tensorflow, cpp or java: it means an image, by the devices that are asked for. Instead of image.</summary>
    [Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    [Length(1, 63)]
    public string? Platform { get; init; }

    /// <summary>The container image. It runs JupyterLab with 'python3 -m jupyterlab' as user 1000. With a digest it stays the same over months. Instead of platform.</summary>
    [Length(1, 500)]
    public string? Image { get; init; }

    /// <summary>
    /// The architectures that the image runs on, as nodes' label kubernetes.io/arch names them: it is placed nowhere else. Of a platform's images, one for these is taken.
    /// </summary>
    [Length(1, 10)]
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>A git repository that is copied into the home, at the commit that is pinned in the status.</summary>
    public CodeSource? Code { get; init; }

    /// <summary>Shared data, mounted read-only at /data/NAME.</summary>
    [ListMap("name")]
    [Length(0, 20)]
    public IReadOnlyList<DatasetReference>? Datasets { get; init; }

    /// <summary>The volume of the home. It is kept over stops, and when the workspace is deleted.</summary>
    public WorkspaceStorage? Storage { get; init; }

    /// <summary>What it asks for while it runs: cpu, memory and extended resources such as nvidia.com/gpu, within the grant (the ResourceQuota) of its namespace.</summary>
    public required IReadOnlyDictionary<string, Quantity> Resources { get; init; }

    /// <summary>The zone of all local times here, by its IANA name.</summary>
    [Default("Europe/Paris")]
    [Length(1, 64)]
    public string? TimeZone { get; init; }

    /// <summary>The last day on which it runs, such as 2027-06-30.</summary>
    [Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    [Length(10, 10)]
    public required string Until { get; init; }

    /// <summary>When it runs.</summary>
    public RunningTime? Running { get; init; }

    /// <summary>Stops it; the volume is kept. 'mesonet workspace stop' sets it.</summary>
    [Default(false)]
    public bool? Suspend { get; init; }

    /// <summary>
    /// When somebody last asked that it run, such as 2026-11-24T18:00:00Z: one that was stopped because nothing was done in it starts again when this is later
    /// than that. Set by <c>mesonet workspace start</c>; the operator leaves it alone.
    /// </summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>From where people may connect.</summary>
    public Access? Access { get; init; }

    /// <summary>Environment variables of everything that runs in it.</summary>
    [ListMap("name")]
    [Length(0, 100)]
    public IReadOnlyList<WorkspaceVariable>? Env { get; init; }

    /// <summary>Ports beside JupyterLab's, such as TensorBoard's.</summary>
    [ListMap("name")]
    [Length(0, 10)]
    public IReadOnlyList<WorkspacePort>? Ports { get; init; }

    /// <summary>
    /// Whether it has a Python environment of its own on the volume, which sees the image's packages as well: what is installed in it survives stops and newer
    /// images. It is first on PATH, and is that of the notebooks.
    /// </summary>
    [Default(true)]
    public bool? Packages { get; init; }

    /// <summary>
    /// Whether it makes room when a lesson needs what it holds. One that does not is only admitted where the calendar of lessons leaves that free until the end.
    /// </summary>
    [Default(true)]
    public bool? YieldsToLessons { get; init; }

    /// <summary>How many minutes before it stops it is told, to save what it must not lose.</summary>
    [Default(10)]
    [Bounds(1, 120)]
    public int? CheckpointMinutes { get; init; }

    /// <summary>What is done in it each time that it has started.</summary>
    public StartAction? OnStart { get; init; }

    /// <summary>What is done in it when it is told that it will stop.</summary>
    public YieldNotice? OnYield { get; init; }

    /// <summary>When it is stopped because nothing is done in it; never, where not given.</summary>
    public IdleRule? Idle { get; init; }
}

/// <summary>Somebody who may open the workspace.</summary>
public sealed record Collaborator
{
    /// <summary>The login.</summary>
    [Pattern(@"^[^\s/]+$")]
    [Length(1, 200)]
    public required string Login { get; init; }
}

/// <summary>What a workspace is used as.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkspaceMode>))]
public enum WorkspaceMode
{
    /// <summary>JupyterLab and its terminals.</summary>
    Interactive,
}

/// <summary>The volume of the home.</summary>
public sealed record WorkspaceStorage
{
    /// <summary>The storage class; the cluster's default where empty.</summary>
    [Length(0, 253)]
    public string? ClassName { get; init; }

    /// <summary>The size of the volume.</summary>
    [Default("50Gi")]
    public Quantity? Size { get; init; }
}

/// <summary>When a workspace runs.</summary>
[Rule("self.hours == 'Timetable' ? has(self.weekly) && size(self.weekly) > 0 : !has(self.weekly)", "give weekly where hours is Timetable, and only there")]
public sealed record RunningTime
{
    /// <summary>Always, NightsAndWeekends (from 20:00 to 07:00, and from Friday 20:00 to Monday 07:00), or Timetable: the hours of 'weekly'.</summary>
    public required RunningHours Hours { get; init; }

    /// <summary>The hours of each week, where hours is Timetable.</summary>
    [Length(0, 50)]
    public IReadOnlyList<WeeklyHours>? Weekly { get; init; }
}

/// <summary>When a workspace runs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunningHours>))]
public enum RunningHours
{
    /// <summary>At all times.</summary>
    Always,

    /// <summary>From 20:00 to 07:00, and from Friday 20:00 to Monday 07:00.</summary>
    NightsAndWeekends,

    /// <summary>In the hours of 'weekly'.</summary>
    Timetable,
}

/// <summary>Some hours of each week. An end that is not after the start is on the day after.</summary>
public sealed record WeeklyHours
{
    /// <summary>The days on which they begin.</summary>
    [Length(1, 7)]
    public required IReadOnlyList<Weekday> Days { get; init; }

    /// <summary>When they begin: local time, such as 20:00.</summary>
    [Pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    [Length(5, 5)]
    public required string From { get; init; }

    /// <summary>When they end: local time, such as 07:00.</summary>
    [Pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    [Length(5, 5)]
    public required string Until { get; init; }
}

/// <summary>A day of the week.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Weekday>))]
public enum Weekday
{
    /// <summary>Monday.</summary>
    Monday,

    /// <summary>Tuesday.</summary>
    Tuesday,

    /// <summary>Wednesday.</summary>
    Wednesday,

    /// <summary>Thursday.</summary>
    Thursday,

    /// <summary>Friday.</summary>
    Friday,

    /// <summary>Saturday.</summary>
    Saturday,

    /// <summary>Sunday.</summary>
    Sunday,
}

/// <summary>An environment variable.</summary>
public sealed record WorkspaceVariable
{
    /// <summary>Its name.</summary>
    [Pattern("^[A-Za-z_][A-Za-z0-9_]*$")]
    [Length(1, 200)]
    public required string Name { get; init; }

    /// <summary>Its value.</summary>
    [Length(0, 10_000)]
    public required string Value { get; init; }
}

/// <summary>A port that something in the workspace listens on.</summary>
public sealed record WorkspacePort
{
    /// <summary>What it is, such as tensorboard.</summary>
    [Pattern("^[a-z]([a-z0-9-]*[a-z0-9])?$")]
    [Length(1, 15)]
    public required string Name { get; init; }

    /// <summary>Its number.</summary>
    [Bounds(1024, 65_535)]
    public required int Port { get; init; }
}

/// <summary>What is done in a workspace each time that its JupyterLab has started: the first time, and when it comes back.</summary>
public sealed record StartAction
{
    /// <summary>
    /// A command that is run once in the home, such as [python3, train.py], which goes on from its checkpoint; what it prints is in the file .mesonet/on-start.log of the home.
    /// </summary>
    [Length(0, 50)]
    public IReadOnlyList<string>? Command { get; init; }
}

/// <summary>What is done in a workspace when it is told that it will stop, once each time.</summary>
public sealed record YieldNotice
{
    /// <summary>A command that is run in the home, such as [python3, save.py]; what it prints is in the file .mesonet/on-yield.log of the home.</summary>
    [Length(0, 50)]
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Processes with this among their arguments get SIGUSR1, such as train.py, where they handle that signal.</summary>
    [Length(0, 200)]
    public string? Signal { get; init; }
}

/// <summary>When a workspace is stopped because nothing is done in it.</summary>
public sealed record IdleRule
{
    /// <summary>For how many minutes no kernel and no process may have been at work, and no file written. It is told checkpointMinutes before it stops.</summary>
    [Bounds(5, 43_200)]
    public required int AfterMinutes { get; init; }
}
