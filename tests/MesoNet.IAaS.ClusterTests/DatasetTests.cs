using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>Data sets on a real API server, with the real scheduler, controllers, volume binding and garbage collection; what fetches is played.</summary>
public sealed class DatasetTests(ClusterFixture cluster)
{
    private const string Right = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private const string Wrong = "0000000000000000000000000000000000000000000000000000000000000bad";

    /// <summary>How the pod that fetches a data set ends; null for other Jobs.</summary>
    internal static (string Message, int ExitCode)? EndOf(Pod pod)
    {
        if (pod.Metadata.Label(Labels.Component) != "dataset-source") return null;
        return pod.Spec!.Containers![0].Env!.Single(variable => variable.Name == "SOURCE").Value!.Contains(Wrong, StringComparison.Ordinal)
            ? ($$"""{"reason":"ChecksumMismatch","detail":"its sha256 is another","file":"https://data.test/a.csv","expected":"{{Wrong}}","found":"{{Right}}"}""", 1)
            : ("""{"bytes":12345,"files":3}""", 0);
    }

    [Fact]
    public async Task A_course_waits_for_its_data_is_told_why_and_uses_it_once_it_is_right()
    {
        var courses = await NewAsync(Source(Wrong));
        await courses.PutAsync();
        Assert.Contains("The file https://data.test/a.csv is not the one that is expected", await UntilToldAsync(courses, "ChecksumMismatch"), StringComparison.Ordinal);
        Assert.Empty(await courses.ListAsync<Pod>());
        // The Event comes after the status.
        await ClusterFixture.EventuallyAsync(
            async () => (await cluster.Admin.ListAsync<Event>(new() { Namespace = "default" }, CancellationToken.None)).Any(item => item.Reason == "ChecksumMismatch" && item.InvolvedObject?.Name == courses.Dataset),
            () => Task.FromResult("no such Event"));

        await PutAsync(courses, Source(Right));
        await courses.UntilReadyAsync();
        var dataset = await UntilAsync(courses, "Fetched");
        Assert.Equal("12Ki", dataset.Status!.Size.ToString());
        var fetched = Assert.Single(await ClaimsAsync(courses), claim => claim.Metadata.Label(Labels.DatasetVersion) == dataset.Status.Version);
        var behind = await cluster.Admin.GetAsync<PersistentVolume>(ObjectKey.Cluster(fetched.Spec!.VolumeName!), CancellationToken.None);
        var volume = Assert.Single(await CourseVolumesAsync(courses));
        Assert.Equal(behind.Spec!.HostPath!.Path, volume.Spec!.HostPath!.Path);
        Assert.Equal(["ReadOnlyMany"], volume.Spec.AccessModes!);
        var mount = (await courses.SeatPodsAsync())[0].Spec!.Containers![0].VolumeMounts!.Single(mount => mount.MountPath == $"/data/{courses.Dataset}");
        Assert.Equal(("data", true), (mount.SubPath, mount.ReadOnly));
    }

    [Fact]
    public async Task A_second_course_uses_the_same_data_and_nothing_is_fetched_again()
    {
        var courses = await NewAsync(Source(Right));
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        await courses.PutAsync(_ => courses.Spec("student09"), name: "second");
        await courses.UntilReadyAsync("1/1", "second");
        var volumes = await CourseVolumesAsync(courses);
        Assert.Equal(2, volumes.Count);
        Assert.Single(volumes.Select(volume => volume.Spec!.HostPath!.Path).Distinct(StringComparer.Ordinal));
        Assert.Single(await cluster.Admin.ListAsync<Job>(new() { Namespace = "mesonet-system" }, CancellationToken.None), job => job.Metadata.Label(Labels.Dataset) == courses.Dataset);
    }

    [Fact]
    public async Task A_data_set_in_use_is_not_deleted_under_a_course_and_goes_with_its_volume_once_it_is_not()
    {
        var courses = await NewAsync(Source(Right));
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        await cluster.UntilAsync<Dataset>(Key(courses), dataset => dataset.Metadata.Finalizers?.Contains(Dataset.InUseFinalizer) == true);
        await cluster.Admin.DeleteAsync<Dataset>(Key(courses), CancellationToken.None);
        var waiting = await cluster.UntilAsync<Dataset>(Key(courses), dataset => dataset.Status?.Conditions?.Any(condition => condition.Reason == "DeletionWaits") == true);
        Assert.Contains("The course course uses it.", waiting.Status!.Conditions!.Single(condition => condition.Type == "InUse").Message, StringComparison.Ordinal);
        Assert.Equal(2, (await courses.SeatPodsAsync()).Count);
        Assert.Single(await ClaimsAsync(courses));

        await cluster.Admin.DeleteAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);
        await cluster.UntilGoneAsync<Dataset>(Key(courses));
        await ClusterFixture.EventuallyAsync(async () => (await ClaimsAsync(courses)).Count == 0, () => Task.FromResult("the volume that was fetched into is left"));
    }

    [Fact]
    public async Task Documents_that_are_a_data_set_are_shared_read_only_and_kept_while_a_course_has_them()
    {
        var courses = await NewAsync(Source(Wrong));
        await courses.PutTemplateAsync(documents: courses.Dataset);
        await courses.PutAsync();
        Assert.Contains("The file https://data.test/a.csv is not the one that is expected", await UntilToldAsync(courses, "ChecksumMismatch"), StringComparison.Ordinal);
        Assert.Empty(await courses.ListAsync<Pod>());
        await PutAsync(courses, Source(Right));
        await courses.UntilReadyAsync();
        var volume = Assert.Single(await CourseVolumesAsync(courses));
        foreach (var pod in await courses.SeatPodsAsync())
        {
            var mount = Assert.Single(pod.Spec!.Containers![0].VolumeMounts!, mount => mount.Name.StartsWith("data-", StringComparison.Ordinal));
            Assert.Equal(("/documents", "data", true), (mount.MountPath, mount.SubPath, mount.ReadOnly));
            Assert.Equal(volume.Metadata.Name, pod.Spec.Volumes!.Single(item => item.Name == mount.Name).PersistentVolumeClaim!.ClaimName);
        }

        await cluster.Admin.DeleteAsync<Dataset>(Key(courses), CancellationToken.None);
        var waiting = await cluster.UntilAsync<Dataset>(Key(courses), dataset => dataset.Status?.Conditions?.Any(condition => condition.Reason == "DeletionWaits") == true);
        Assert.Contains("The course course uses it.", waiting.Status!.Conditions!.Single(condition => condition.Type == "InUse").Message, StringComparison.Ordinal);
        Assert.Equal(2, (await courses.SeatPodsAsync()).Count);

        await cluster.Admin.DeleteAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);
        await cluster.UntilGoneAsync<Dataset>(Key(courses));
    }

    [Fact]
    public async Task A_data_set_that_nobody_uses_has_nothing_that_its_deletion_would_wait_for()
    {
        var courses = await NewAsync(Source(Right));
        await UntilAsync(courses, "Fetched");
        Assert.Null((await cluster.Admin.GetAsync<Dataset>(Key(courses), CancellationToken.None)).Metadata.Finalizers);
        await cluster.Admin.DeleteAsync<Dataset>(Key(courses), CancellationToken.None);
        Assert.Null(await cluster.Admin.FindAsync<Dataset>(Key(courses), CancellationToken.None));
    }

    [Fact]
    public async Task What_is_behind_an_existing_claim_is_shared_with_courses()
    {
        var owner = await cluster.NewNamespaceAsync();
        await cluster.Admin.CreateAsync(
            new PersistentVolumeClaim
            {
                Metadata = new() { Name = "cifar", Namespace = owner },
                Spec = new() { AccessModes = ["ReadWriteMany"], Resources = new() { Requests = new Dictionary<string, Quantity> { ["storage"] = "1Gi" } } },
            },
            CancellationToken.None);
        await cluster.UntilAsync<PersistentVolumeClaim>(new(owner, "cifar"), claim => claim.Status?.Phase == "Bound");
        var courses = await NewAsync(new() { Title = "CIFAR", Claim = new() { Namespace = owner, Name = "cifar" } });
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        var claim = await cluster.Admin.GetAsync<PersistentVolumeClaim>(new(owner, "cifar"), CancellationToken.None);
        var behind = await cluster.Admin.GetAsync<PersistentVolume>(ObjectKey.Cluster(claim.Spec!.VolumeName!), CancellationToken.None);
        Assert.Equal(behind.Spec!.HostPath!.Path, Assert.Single(await CourseVolumesAsync(courses)).Spec!.HostPath!.Path);
    }

    [Fact]
    public async Task A_claim_that_is_not_there_is_told_to_the_course()
    {
        var courses = await NewAsync(new() { Title = "CIFAR", Claim = new() { Namespace = "nowhere", Name = "cifar" } });
        await courses.PutAsync();
        Assert.Contains("There is no claim cifar in the namespace nowhere.", await UntilToldAsync(courses, "NotFound"), StringComparison.Ordinal);
    }

    private static ObjectKey Key(Courses courses) => ObjectKey.Cluster(courses.Dataset);

    private static DatasetSpec Source(string sha256) => new()
    {
        Title = "CIFAR",
        Source = new() { Image = "python:3", Files = [new() { Url = "https://data.test/a.csv", Sha256 = sha256 }], Volume = new() { Size = "1Gi" } },
    };

    private async Task<Courses> NewAsync(DatasetSpec spec)
    {
        var courses = new Courses(cluster, await cluster.NewNamespaceAsync());
        await PutAsync(courses, spec);
        await courses.PutTemplateAsync();
        return courses;
    }

    private Task<Dataset> PutAsync(Courses courses, DatasetSpec spec) =>
        cluster.Admin.ApplyAsync(new Dataset { Metadata = new() { Name = courses.Dataset }, Spec = spec }, "test", force: true, CancellationToken.None);

    private Task<Dataset> UntilAsync(Courses courses, string reason) => cluster.UntilAsync<Dataset>(
        Key(courses), dataset => dataset.Status?.Conditions?.Any(condition => condition.Type == "Ready" && condition.Reason == reason) == true);

    /// <summary>Waits until the data set, and by it the course, says what is wrong; gives what the course says.</summary>
    private async Task<string> UntilToldAsync(Courses courses, string reason)
    {
        var told = (await UntilAsync(courses, reason)).Status!.Conditions!.Single(condition => condition.Type == "Ready").Message!;
        var course = await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, environment =>
            environment.Status?.Conditions?.Any(condition => condition.Reason == "DatasetNotReady" && condition.Message!.EndsWith(told, StringComparison.Ordinal)) == true);
        return course.Status!.Conditions!.Single(condition => condition.Type == "Ready").Message!;
    }

    private Task<IReadOnlyList<PersistentVolumeClaim>> ClaimsAsync(Courses courses) =>
        cluster.Admin.ListAsync<PersistentVolumeClaim>(new() { Namespace = "mesonet-system", LabelSelector = $"{Labels.Dataset}={courses.Dataset}" }, CancellationToken.None);

    private async Task<IReadOnlyList<PersistentVolume>> CourseVolumesAsync(Courses courses) =>
        await cluster.Admin.ListAsync<PersistentVolume>(new() { LabelSelector = $"{Labels.Dataset}={courses.Dataset}" }, CancellationToken.None);
}
