using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>One course: a template with its teachers, students and timetable. Each student gets a seat.</summary>
[KubernetesResource("mesonet.fr", "v1alpha1", "ClassroomEnvironment", "classroomenvironments")]
[ShortName("ce")]
[PrinterColumn("Stage", ".status.stage")]
[PrinterColumn("Ready", ".status.ready")]
[PrinterColumn("Lesson", ".status.lesson")]
[PrinterColumn("Next", ".status.nextTransition")]
[PrinterColumn("Reason", ".status.conditions[?(@.type==\"Ready\")].reason")]
[PrinterColumn("Message", ".status.conditions[?(@.type==\"Ready\")].message", Wide = true)]
public sealed record ClassroomEnvironment : KubernetesObject
{
    /// <summary>What the course needs.</summary>
    public required ClassroomEnvironmentSpec Spec { get; init; }

    /// <summary>How the course is doing.</summary>
    public ClassroomEnvironmentStatus? Status { get; init; }
}

/// <summary>What the course needs.</summary>
[Rule("!has(self.validity) || !has(self.validity.from) || !has(self.validity.until) || self.validity.from <= self.validity.until", "validity.until must not be before validity.from")]
public sealed record ClassroomEnvironmentSpec
{
    /// <summary>The template and what the teacher sets in it.</summary>
    public required TemplateChoice Template { get; init; }

    /// <summary>What people call the course; its name where not given.</summary>
    [Length(0, 200)]
    public string? Title { get; init; }

    /// <summary>Who teaches the course.</summary>
    [ListMap("login")]
    [Length(0, 100)]
    public IReadOnlyList<Teacher>? Teachers { get; init; }

    /// <summary>Who takes the course; no login twice.</summary>
    [ListMap("login")]
    [Length(0, 5000)]
    public IReadOnlyList<Student>? Students { get; init; }

    /// <summary>The zone of all local times here, by its IANA name.</summary>
    [Default("Europe/Paris")]
    [Length(1, 64)]
    public string? TimeZone { get; init; }

    /// <summary>From when until when the students may use the course; always, where not given.</summary>
    public Validity? Validity { get; init; }

    /// <summary>The lessons of the timetable. A course without lessons runs while 'suspend' is false.</summary>
    [ListMap("name")]
    [Length(0, 500)]
    public IReadOnlyList<Lesson>? Lessons { get; init; }

    /// <summary>From where students may connect.</summary>
    public Access? Access { get; init; }

    /// <summary>Where the students' homes are kept.</summary>
    public Storage? Storage { get; init; }

    /// <summary>What happens to the students' work when the course is deleted.</summary>
    public Retention? Retention { get; init; }

    /// <summary>Which version of the template's code the course wants, and when to look at it again; as the template says where not given.</summary>
    public CodeChoice? Code { get; init; }

    /// <summary>Until when the homes and what was handed in are held open to be read, for the portal's report and downloads. Nothing reads them then, or where it is not given.</summary>
    public DateTimeOffset? ReadUntil { get; init; }

    /// <summary>Stops all seats. The students' work is kept.</summary>
    [Default(false)]
    public bool? Suspend { get; init; }
}

/// <summary>The template and what the teacher sets in it.</summary>
public sealed record TemplateChoice
{
    /// <summary>The name of a CourseTemplate.</summary>
    [Length(1, 253)]
    public required string Name { get; init; }

    /// <summary>Values of the template's parameters.</summary>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }
}

/// <summary>A teacher of the course.</summary>
public sealed record Teacher
{
    /// <summary>The teacher's login.</summary>
    [Pattern(@"^[^\s/]+$")]
    [Length(1, 200)]
    public required string Login { get; init; }

    /// <summary>The groups that an assistant is limited to; all students where empty.</summary>
    [Length(0, 50)]
    public IReadOnlyList<string>? Groups { get; init; }
}

/// <summary>A student of the course.</summary>
public sealed record Student
{
    /// <summary>The student's login.</summary>
    [Pattern(@"^[^\s/]+$")]
    [Length(1, 200)]
    public required string Login { get; init; }

    /// <summary>The student's group; lessons may be for some groups only.</summary>
    [Length(0, 63)]
    public string? Group { get; init; }
}

/// <summary>The first and the last day of the students' access, in the course's zone.</summary>
public sealed record Validity
{
    /// <summary>The first day, such as 2026-11-16.</summary>
    [Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    [Length(10, 10)]
    public string? From { get; init; }

    /// <summary>The last day, such as 2027-01-31.</summary>
    [Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    [Length(10, 10)]
    public string? Until { get; init; }
}

/// <summary>One lesson (TP): some hours of the timetable, and the days after it in which students hand in.</summary>
[Rule("self.start < self.end", "end must be after start")]
[Rule("!has(self.handInUntil) || self.end <= self.handInUntil", "handInUntil must not be before end")]
public sealed record Lesson
{
    /// <summary>A short name, such as tp1.</summary>
    [Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    [Length(1, 63)]
    public required string Name { get; init; }

    /// <summary>When the lesson begins: local time in the course's zone, such as 2026-11-23T14:00.</summary>
    [Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$")]
    [Length(16, 16)]
    public required string Start { get; init; }

    /// <summary>When the lesson ends: local time in the course's zone.</summary>
    [Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$")]
    [Length(16, 16)]
    public required string End { get; init; }

    /// <summary>Until when students may hand in: local time in the course's zone; the lesson's end where not given.</summary>
    [Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$")]
    [Length(16, 16)]
    public string? HandInUntil { get; init; }

    /// <summary>The groups the lesson is for; all students where empty.</summary>
    [Length(0, 50)]
    public IReadOnlyList<string>? Groups { get; init; }
}

/// <summary>From where students may connect.</summary>
public sealed record Access
{
    /// <summary>Named networks of the site, such as teaching, research or any.</summary>
    [Length(0, 20)]
    public IReadOnlyList<string>? Networks { get; init; }
}

/// <summary>Where the students' homes are kept: one volume for the course, a folder in it for each student.</summary>
public sealed record Storage
{
    /// <summary>The storage class; the cluster's default where empty.</summary>
    [Length(0, 253)]
    public string? ClassName { get; init; }

    /// <summary>The size of the whole volume.</summary>
    [Default("20Gi")]
    public Quantity? Size { get; init; }

    /// <summary>The size of the volume for what is handed in, which students cannot reach.</summary>
    [Default("10Gi")]
    public Quantity? SubmissionsSize { get; init; }

    /// <summary>What one home may take of it; a quarter where not given. The student is warned at 80 %, and the seat is stopped beyond.</summary>
    public Quantity? HomeQuota { get; init; }
}

/// <summary>What happens to the students' work when the course is deleted.</summary>
public sealed record Retention
{
    /// <summary>Whether the homes are deleted with the course. They are kept where this is false.</summary>
    [Default(false)]
    public bool? DeleteData { get; init; }

    /// <summary>How long after the last day of the validity the students' work stays as it is, such as 90d, 12h or 30m; then it is archived, and then deleted. For ever, where not given.</summary>
    [Pattern("^[1-9][0-9]*[dhm]$")]
    [Length(2, 7)]
    public string? KeepFor { get; init; }

    /// <summary>How long the homes stay beside their verified archives before they are deleted, such as 14d, which it is where not given. Until then nothing is lost that could not be had back by lengthening the validity.</summary>
    [Pattern("^[1-9][0-9]*[dhm]$")]
    [Length(2, 7)]
    public string? DeleteAfter { get; init; }

    /// <summary>Where the archives are kept: a volume of their own, which outlives the course.</summary>
    public ArchiveStorage? Archive { get; init; }
}

/// <summary>How far a course or a seat is in its timetable.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Stage>))]
public enum Stage
{
    /// <summary>Not yet begun; nothing runs.</summary>
    Scheduled,

    /// <summary>Seats are started before the bell.</summary>
    Warming,

    /// <summary>Seats run with the resources of a lesson.</summary>
    Lesson,

    /// <summary>Seats start on demand with the resources of hand-in.</summary>
    HandIn,

    /// <summary>Nothing runs; the work is kept.</summary>
    Resting,

    /// <summary>The validity is over; no access.</summary>
    Closed,
}

/// <summary>How the course is doing.</summary>
public sealed record ClassroomEnvironmentStatus
{
    /// <summary>The generation of the spec that the status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>How far the course is in its timetable.</summary>
    public Stage? Stage { get; init; }

    /// <summary>The lesson that is on or warming.</summary>
    public string? Lesson { get; init; }

    /// <summary>When the stage changes next.</summary>
    public DateTimeOffset? NextTransition { get; init; }

    /// <summary>Ready seats of all seats, such as 28/30.</summary>
    public string? Ready { get; init; }

    /// <summary>How many seats are in which state.</summary>
    public SeatCounts? Seats { get; init; }

    /// <summary>How early seats are started, and how the last start went.</summary>
    public WarmingStatus? Warming { get; init; }

    /// <summary>The image that the template's platform means; not given where the template names an image itself.</summary>
    public string? Image { get; init; }

    /// <summary>The architectures that image runs on; not given where nobody knows.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>The timetable that is followed: the last one that obeyed the rules.</summary>
    public AcceptedTimetable? Timetable { get; init; }

    /// <summary>The course's code as it was pinned.</summary>
    public PinnedMaterials? Materials { get; init; }

    /// <summary>What was taken of the students' work.</summary>
    public SubmissionsStatus? Submissions { get; init; }

    /// <summary>What became of the students' work after the validity; not given before its end, and where it is kept for ever.</summary>
    public RetentionStatus? Retention { get; init; }

    /// <summary>Ready, MaterialsReady, CapacityReserved, NodesPrepared, LessonsHaveStudents, SeatsMayStart, WorkTaken, HomesWithinQuota, and after the validity WorkKept and WorkArchived, each with a reason and a sentence.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>How early seats are started, and how the last start went.</summary>
public sealed record WarmingStatus
{
    /// <summary>How long before a lesson its seats are started, in seconds.</summary>
    public int? LeadSeconds { get; init; }

    /// <summary>The lesson that was last warmed for.</summary>
    public string? Lesson { get; init; }

    /// <summary>When that lesson begins, or began.</summary>
    public DateTimeOffset? Bell { get; init; }

    /// <summary>How many seats it had at the bell; not given before.</summary>
    public int? ExpectedAtBell { get; init; }

    /// <summary>How many of these were ready.</summary>
    public int? ReadyAtBell { get; init; }

    /// <summary>Since when all its seats were ready for the first time; not given as long as they have not been.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>How many seats that were.</summary>
    public int? Seats { get; init; }

    /// <summary>How long the slowest of them took from its pod's creation until its notebook answered, in seconds.</summary>
    public int? SlowestStartSeconds { get; init; }

    /// <summary>The same of the last three lessons, the last one first.</summary>
    public IReadOnlyList<int>? RecentStartSeconds { get; init; }
}

/// <summary>A timetable that obeyed the rules, as the spec wrote it.</summary>
public sealed record AcceptedTimetable
{
    /// <summary>The zone of all local times.</summary>
    public string? TimeZone { get; init; }

    /// <summary>From when until when the students may use the course.</summary>
    public Validity? Validity { get; init; }

    /// <summary>The lessons.</summary>
    [ListMap("name")]
    public IReadOnlyList<Lesson>? Lessons { get; init; }
}

/// <summary>How many seats are in which state.</summary>
public sealed record SeatCounts
{
    /// <summary>All seats.</summary>
    public int? Total { get; init; }

    /// <summary>Seats whose notebook answers.</summary>
    public int? Ready { get; init; }

    /// <summary>Seats that are being started.</summary>
    public int? Starting { get; init; }

    /// <summary>Seats that cannot start.</summary>
    public int? Failed { get; init; }

    /// <summary>Seats that are stopped.</summary>
    public int? Stopped { get; init; }
}

/// <summary>The course's code as it was pinned when it was first fetched.</summary>
public sealed record PinnedMaterials
{
    /// <summary>The repository.</summary>
    public string? Repository { get; init; }

    /// <summary>The branch, tag or commit that was asked for.</summary>
    public string? Ref { get; init; }

    /// <summary>The folder of the repository that was copied into the homes; empty for all of it.</summary>
    public string? Path { get; init; }

    /// <summary>The folder of the repository that holds the documents; empty where there are none.</summary>
    public string? DocumentsPath { get; init; }

    /// <summary>The commit it meant; empty until a Job found out.</summary>
    public string? Commit { get; init; }

    /// <summary>The Job that last finished, well or not.</summary>
    public string? Job { get; init; }

    /// <summary>Which look at a branch that is followed, or that was asked for, found the commit; empty for the first.</summary>
    public string? Look { get; init; }

    /// <summary>The git tree that the documents are at that commit; empty where there are none.</summary>
    public string? Documents { get; init; }

    /// <summary>Which repeat for homes that could not be prepared was the last; empty for none.</summary>
    public string? Repeat { get; init; }

    /// <summary>When the branch was looked at, where repeats came since.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>How many homes the commit was brought to without a conflict, beside those that got their first copy with it.</summary>
    public int? Updated { get; init; }

    /// <summary>In how many homes a file was kept because its student had changed it.</summary>
    public int? Conflicts { get; init; }

    /// <summary>How many homes the commit could not be brought to.</summary>
    public int? Failed { get; init; }

    /// <summary>The same in a sentence, with the first of those students. 'mesonet course report' tells all.</summary>
    public string? Summary { get; init; }

    /// <summary>What the homes have, as long as that is something else than what is asked for now.</summary>
    public GivenMaterials? Given { get; init; }
}

/// <summary>What homes were given.</summary>
public sealed record GivenMaterials
{
    /// <summary>The commit.</summary>
    public string? Commit { get; init; }

    /// <summary>The folder of the repository that holds the documents; empty where there are none.</summary>
    public string? DocumentsPath { get; init; }

    /// <summary>The git tree that the documents are at that commit; empty where there are none.</summary>
    public string? Documents { get; init; }
}
