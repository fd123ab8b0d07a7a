using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Datasets;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Datasets;

/// <summary>A data set and what there is of it, in which plans can be carried out.</summary>
internal sealed class DatasetWorld
{
    public const string Sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private int uids;

    public DatasetWorld(DatasetSpec spec) => Dataset = new()
    {
        ApiVersion = "mesonet.fr/v1alpha1", Kind = "Dataset",
        Metadata = new() { Name = "cifar", Uid = "uid-dataset", Generation = 1, ResourceVersion = "7" },
        Spec = spec,
    };

    public Dataset Dataset { get; set; }

    public Instant Now { get; set; } = TestCourse.Start;

    public List<ClassroomEnvironment> Environments { get; } = [];

    public List<CourseTemplate> Templates { get; } = [];

    public PlatformCatalogue Platforms { get; set; } = PlatformCatalogue.BuiltIn;

    public List<PersistentVolume> CourseVolumes { get; } = [];

    public List<PersistentVolumeClaim> Claims { get; } = [];

    public List<Job> Jobs { get; } = [];

    public List<ObservedPod> Pods { get; } = [];

    public PersistentVolumeClaim? ForeignClaim { get; set; }

    public PersistentVolume? Volume { get; set; }

    public string? LastLine { get; set; }

    public Condition? Condition(string type) => Dataset.Status?.Conditions?.SingleOrDefault(condition => condition.Type == type);

    public static DatasetSpec Archive(string sha256 = Sha256) => new()
    {
        Title = "CIFAR", Source = new() { Image = "python:3", Files = [new() { Url = "https://data.test/cifar.tar.gz", Sha256 = sha256, Unpack = "tar.gz" }] },
    };

    public DatasetWorld UsedBy(params string[] courses)
    {
        Templates.Add(TestCourse.Template() with { Spec = TestCourse.Template().Spec with { Datasets = [new() { Name = "cifar" }] } });
        Environments.AddRange(courses.Select(course => TestCourse.Environment() with { Metadata = new() { Name = course, Namespace = $"course-{course}" } }));
        return this;
    }

    public ObservedDataset Observe() => new()
    {
        Key = Dataset.Key, Dataset = Dataset, Environments = Environments, Templates = Templates, Platforms = Platforms, CourseVolumes = CourseVolumes, Claims = Claims, Jobs = Jobs, Pods = Pods,
        Claim = HeldData.ClaimOf(Dataset) is { } key ? ForeignClaim ?? Claims.FirstOrDefault(claim => claim.Key == key) : null,
        Volume = Volume, LastLine = LastLine,
    };

    public DatasetPlan Plan() => DatasetPlanner.Plan(Observe(), Now);

    /// <summary>Plans once and carries that out.</summary>
    public DatasetPlan Pass()
    {
        var plan = Plan();
        Jobs.RemoveAll(job => plan.Delete.Any(deletion => deletion.Key == job.Key));
        Pods.RemoveAll(pod => plan.Delete.Any(deletion => pod.Metadata.OwnerReferences![0].Uid == deletion.Uid));
        Claims.RemoveAll(claim => plan.Delete.Any(deletion => deletion.Key == claim.Key && deletion.Type == ResourceType.Of<PersistentVolumeClaim>()));
        Claims.AddRange(plan.Create.OfType<PersistentVolumeClaim>().Select(claim => claim with { Metadata = claim.Metadata with { Uid = $"uid-{++uids}" } }));
        foreach (var job in plan.Create.OfType<Job>())
        {
            Jobs.Add(job with { Kind = "Job", ApiVersion = "batch/v1", Metadata = job.Metadata with { Uid = $"uid-{++uids}" } });
            Pods.Add(new() { Metadata = new() { Name = job.Metadata.Name, Labels = job.Metadata.Labels, OwnerReferences = [OwnerReference.To(Jobs[^1])] }, Status = new() { Phase = "Running" } });
        }

        if (plan.Finalizers is { } finalizers) Dataset = Dataset with { Metadata = Dataset.Metadata with { Finalizers = finalizers } };
        // Through JSON, as the API server would give it back.
        if (plan.Status is { } status) Dataset = Dataset with { Status = KubernetesJson.Read<Dataset>(KubernetesJson.Write(Dataset with { Status = status })).Status };
        return plan;
    }

    /// <summary>The Job that is there ends.</summary>
    public void EndJob(string message, bool well = true)
    {
        var job = Jobs.Single();
        Jobs[0] = job with { Status = new() { Conditions = [new() { Type = well ? "Complete" : "Failed", Status = "True", LastTransitionTime = Now.ToDateTimeOffset() }] } };
        Pods[0] = Pods.Single() with
        {
            Status = new()
            {
                Phase = well ? "Succeeded" : "Failed",
                ContainerStatuses = [new() { Name = "fetch", State = new() { Terminated = new() { ExitCode = well ? 0 : 1, Message = message } } }],
            },
        };
        if (well) Volume = new() { Metadata = new() { Name = "pv" }, Spec = new() { HostPath = new() { Path = $"/volumes/{Claims[^1].Metadata.Name}" } } };
        LastLine = null;
    }

    /// <summary>Fetches the version that is wanted now.</summary>
    public DatasetWorld Fetched()
    {
        Pass();
        EndJob("""{"bytes":170498071,"files":60000}""");
        Pass();
        return this;
    }
}
