using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>Courses for tests: a namespace, a template and a data set of their own.</summary>
internal sealed class Courses(ClusterFixture cluster, string @namespace)
{
    public ObjectKey Key => new(@namespace, "course");

    public string Template => $"{@namespace}-template";

    public string Dataset => $"{@namespace}-digits";

    public static async Task<Courses> NewAsync(ClusterFixture cluster)
    {
        var courses = new Courses(cluster, await cluster.NewNamespaceAsync());
        await courses.PutDatasetAsync();
        await courses.PutTemplateAsync();
        return courses;
    }

    public Task PutDatasetAsync() => cluster.Admin.ApplyAsync(
        new Dataset { Metadata = new() { Name = Dataset }, Spec = new() { Title = "Digits", HostPath = new() { Path = "/srv/digits" } } },
        "test", force: true, CancellationToken.None);

    public Task PutTemplateAsync(string image = "image:1", string cpu = "10m", IReadOnlyDictionary<string, Quantity>? devices = null, SeatTiming? timing = null, string? documents = null) => cluster.Admin.ApplyAsync(
        new CourseTemplate
        {
            Metadata = new() { Name = Template },
            Spec = new()
            {
                Title = "Test", Image = image, Code = new() { Repository = "git://git.test/course.git", Ref = "main" },
                Datasets = documents is null ? [new() { Name = Dataset }] : null,
                Documents = documents is null ? null : new() { Dataset = documents },
                Resources = new() { Lesson = new() { Cpu = cpu, Memory = "16Mi", Devices = devices }, HandIn = new() { Cpu = "5m", Memory = "8Mi" } },
                Timing = timing,
            },
        },
        "test", force: true, CancellationToken.None);

    /// <summary>Has a seat's pod made anew of an image that does not start; the operator may hear of the pod's end before it hears of the template.</summary>
    public async Task<Pod> RemakeWithoutStartAsync(Seat seat)
    {
        const string image = "never:starts";
        await PutTemplateAsync(image: image);
        var pod = await cluster.UntilAsync<Pod>(seat.Key, _ => true);
        for (var round = 0; pod.Spec!.Containers![0].Image != image; round++)
        {
            Assert.True(round < 10, "The operator does not hear of the template.");
            var before = pod.Metadata.Uid;
            await cluster.Admin.DeleteAsync<Pod>(seat.Key, CancellationToken.None);
            pod = await cluster.UntilAsync<Pod>(seat.Key, found => found.Metadata.Uid != before && found.Spec?.NodeName is not null);
        }

        return pod;
    }

    public Task<ClassroomEnvironment> PutAsync(Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec>? change = null, string name = "course") =>
        cluster.Admin.ApplyAsync(
            new ClassroomEnvironment { Metadata = new() { Name = name, Namespace = @namespace }, Spec = (change ?? (spec => spec))(Spec("student01", "student02")) },
            "test", force: true, CancellationToken.None);

    public ClassroomEnvironmentSpec Spec(params IEnumerable<string> logins) =>
        new() { Template = new() { Name = Template }, Students = [.. logins.Select(login => new Student { Login = login })] };

    public Task<ClassroomEnvironment> UntilReadyAsync(string ready = "2/2", string name = "course") =>
        cluster.UntilAsync<ClassroomEnvironment>(new(@namespace, name), environment =>
            environment.Status?.ObservedGeneration == environment.Metadata.Generation && environment.Status?.Ready == ready && Condition(environment).Status == "True");

    public async Task<Condition> UntilReasonAsync(string reason) => Condition(await cluster.UntilAsync<ClassroomEnvironment>(
        Key, environment => environment.Status?.Conditions?.Any(condition => condition.Type == "Ready" && condition.Reason == reason) == true));

    public Task<IReadOnlyList<T>> ListAsync<T>() where T : KubernetesObject => cluster.Admin.ListAsync<T>(new() { Namespace = @namespace }, CancellationToken.None);

    public async Task<IReadOnlyList<Pod>> SeatPodsAsync() => [.. (await ListAsync<Pod>()).Where(pod => pod.Metadata.Label("app.kubernetes.io/component") == "seat")];

    private static Condition Condition(ClassroomEnvironment environment) => environment.Status!.Conditions!.Single(condition => condition.Type == "Ready");
}
