using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>A prepared environment that teachers make courses from: image, code, data, documents and resources.</summary>
[KubernetesResource("mesonet.fr", "v1alpha1", "CourseTemplate", "coursetemplates", ClusterScoped = true)]
[ShortName("ct")]
[PrinterColumn("Title", ".spec.title")]
[PrinterColumn("Platform", ".spec.platform")]
[PrinterColumn("Image", ".spec.image")]
[PrinterColumn("Repository", ".spec.code.repository", Wide = true)]
public sealed record CourseTemplate : KubernetesObject
{
    /// <summary>What the template prepares.</summary>
    public required CourseTemplateSpec Spec { get; init; }

    /// <summary>What is known of the template.</summary>
    public CourseTemplateStatus? Status { get; init; }

    /// <summary>The image that the platform means on this site; null where the template names an image itself, and as long as nobody has looked it up.</summary>
    [JsonIgnore]
    public PlatformImage? Platform { get; init; }

    /// <summary>The image that seats run; null where it names a platform that has none.</summary>
    [JsonIgnore]
    public string? Image => Spec.Image ?? Platform?.Image;

    /// <summary>The architectures that image runs on; null where nobody knows.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Architectures => Spec.Image is null ? Platform?.Architectures : Spec.Architectures;
}

/// <summary>What the template prepares.</summary>
[Rule("has(self.image) != has(self.platform)", "give exactly one of platform and image")]
[Rule("!has(self.documents) || !has(self.documents.path) || has(self.code)", "documents.path is a folder of the code's repository: give code, name a data set in documents.dataset instead, or leave documents out")]
public sealed record CourseTemplateSpec
{
    /// <summary>The course's title, as teachers and students read it.</summary>
    [Length(1, 200)]
    public required string Title { get; init; }

    /// <summary>What the course is about, in a few sentences.</summary>
    [Length(0, 4000)]
    public string? Description { get; init; }

    /// <summary>A platform of the site, such as pytorch, tensorflow, cpp or java: it means an image, by the devices that seats ask for. Instead of image.</summary>
    [Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    [Length(1, 63)]
    public string? Platform { get; init; }

    /// <summary>The container image of a seat. It runs JupyterLab with 'python3 -m jupyterlab' as user 1000. Instead of platform.</summary>
    [Length(1, 500)]
    public string? Image { get; init; }

    /// <summary>
    /// The architectures that the image runs on, as nodes' label kubernetes.io/arch names them: seats are placed nowhere else. Of a platform's images, one for these is taken.
    /// </summary>
    [Length(1, 10)]
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>The course's code, copied for each student. Without it, homes start empty.</summary>
    public CodeSource? Code { get; init; }

    /// <summary>Shared data, mounted read-only at /data/NAME in every seat.</summary>
    [ListMap("name")]
    [Length(0, 20)]
    public IReadOnlyList<DatasetReference>? Datasets { get; init; }

    /// <summary>Shared documents, mounted read-only at /documents in every seat.</summary>
    public DocumentSource? Documents { get; init; }

    /// <summary>The data sets that seats need, as data, as documents or as both: each once, in the order in which they are named.</summary>
    [JsonIgnore]
    public IReadOnlyList<DatasetReference> NeededDatasets => Documents?.Dataset is { } documents ? [.. (Datasets ?? []).Append(new() { Name = documents }).Distinct()] : Datasets ?? [];

    /// <summary>What a seat may use, during a lesson and while handing in.</summary>
    public required TemplateResources Resources { get; init; }

    /// <summary>How seats follow the timetable: how early they are started, and when they are stopped for want of work.</summary>
    public SeatTiming? Timing { get; init; }

    /// <summary>What a teacher may set. A parameter NAME reaches the seat as the environment variable COURSE_NAME, in capitals.</summary>
    [ListMap("name")]
    [Length(0, 50)]
    public IReadOnlyList<TemplateParameter>? Parameters { get; init; }
}

/// <summary>A git repository that is copied into each home.</summary>
public sealed record CodeSource
{
    /// <summary>The repository's address: https://, ssh:// or git://.</summary>
    [Pattern(@"^(https?|ssh|git)://[^\s]+$")]
    [Length(1, 1000)]
    public required string Repository { get; init; }

    /// <summary>A branch, a tag or a full commit. What it means when the course is first prepared is pinned in the course's status.</summary>
    [Pattern(GitRef.Pattern)]
    [Length(1, GitRef.MaxLength)]
    public required string Ref { get; init; }

    /// <summary>The folder of the repository to copy; all of it where empty.</summary>
    [Pattern(@"^$|^[A-Za-z0-9_-][A-Za-z0-9_. -]*(/[A-Za-z0-9_-][A-Za-z0-9_. -]*)*$")]
    [Length(0, 200)]
    public string? Path { get; init; }

    /// <summary>The folder of the student's home that holds the copy; the template's name where empty.</summary>
    [Pattern("^$|^[A-Za-z0-9_-][A-Za-z0-9_.-]*$")]
    [Length(0, 100)]
    public string? Directory { get; init; }

    /// <summary>A Secret of the course's namespace that opens the repository: ssh-privatekey and known_hosts, or username and password for https.</summary>
    [Pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]
    [Length(1, 253)]
    public string? KeySecret { get; init; }

    /// <summary>Whether homes follow the branch: it is looked up again now and then. Otherwise it stays what it was until 'ref' is changed.</summary>
    [Default(false)]
    public bool? Follow { get; init; }

    /// <summary>How many minutes lie between two looks at a branch that is followed; 15 where not given.</summary>
    [Bounds(1, 1440)]
    public int? FollowMinutes { get; init; }
}

/// <summary>A data set that seats of this template need.</summary>
public sealed record DatasetReference
{
    /// <summary>The name of a Dataset.</summary>
    [Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    [Length(1, 63)]
    public required string Name { get; init; }
}

/// <summary>Documents of the course: a folder of the code's repository, or a data set.</summary>
[Rule("has(self.path) != has(self.dataset)", "give exactly one of documents.path (a folder of the code's repository) and documents.dataset (the name of a data set)")]
public sealed record DocumentSource
{
    /// <summary>The folder of the code's repository that holds them. Instead of dataset.</summary>
    [Pattern("^[A-Za-z0-9_-][A-Za-z0-9_. -]*(/[A-Za-z0-9_-][A-Za-z0-9_. -]*)*$")]
    [Length(1, 200)]
    public string? Path { get; init; }

    /// <summary>The name of a Dataset that is the documents, shared by all courses that name it. Instead of path.</summary>
    [Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    [Length(1, 63)]
    public string? Dataset { get; init; }
}

/// <summary>What a seat may use.</summary>
public sealed record TemplateResources
{
    /// <summary>During a lesson, and while its seats are warmed before the bell.</summary>
    public required SeatResources Lesson { get; init; }

    /// <summary>While handing in; as in a lesson where not given, but without devices.</summary>
    public SeatResources? HandIn { get; init; }
}

/// <summary>The resources of one seat.</summary>
public sealed record SeatResources
{
    /// <summary>Processor cores, such as 2 or 500m.</summary>
    public required Quantity Cpu { get; init; }

    /// <summary>Memory, such as 4Gi.</summary>
    public required Quantity Memory { get; init; }

    /// <summary>Devices by resource name, such as nvidia.com/gpu: 1 or nvidia.com/mig-1g.10gb: 1.</summary>
    public IReadOnlyDictionary<string, Quantity>? Devices { get; init; }
}

/// <summary>How seats follow the timetable. What is not given has a default that suits most courses.</summary>
public sealed record SeatTiming
{
    /// <summary>How long before a lesson its seats are started, in seconds, until the course has had a lesson to measure it by; 600 where not given.</summary>
    [Bounds(0, 14_400)]
    public int? DefaultLeadSeconds { get; init; }

    /// <summary>The most that seats are started before a lesson, in seconds, whatever was measured; 1800 where not given.</summary>
    [Bounds(0, 14_400)]
    public int? MaxLeadSeconds { get; init; }

    /// <summary>How long before a seat is stopped its student is warned in the notebook, in minutes; 5 where not given.</summary>
    [Bounds(0, 120)]
    public int? WarnMinutes { get; init; }

    /// <summary>How long no work may be done in a seat that was started on demand before it is stopped, in minutes; 30 where not given.</summary>
    [Bounds(1, 1440)]
    public int? IdleMinutes { get; init; }

    /// <summary>How many minutes into a lesson a seat that nobody has opened gives its devices back (it returns on demand); never, where not given.</summary>
    [Bounds(1, 1440)]
    public int? AbsentAfterMinutes { get; init; }

    /// <summary>Whether seats start on demand between hand-in and the next lesson as well, with the resources of hand-in; no, where not given.</summary>
    public bool? RestingOnDemand { get; init; }
}

/// <summary>Something a teacher may set.</summary>
public sealed record TemplateParameter
{
    /// <summary>Its name: lowercase letters, digits and underscores.</summary>
    [Pattern("^[a-z][a-z0-9_]*$")]
    [Length(1, 50)]
    public required string Name { get; init; }

    /// <summary>Its value where the teacher sets none.</summary>
    [Length(0, 1000)]
    public string? Default { get; init; }

    /// <summary>What it does.</summary>
    [Length(0, 1000)]
    public string? Description { get; init; }
}

/// <summary>What is known of the template.</summary>
public sealed record CourseTemplateStatus
{
    /// <summary>The generation of the spec that the status speaks of.</summary>
    public long? ObservedGeneration { get; init; }
}
