using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>The courses of a benchmark: suspended and prepared first, then all started at once, as by a bell.</summary>
/// <param name="admin">The administrator's client.</param>
/// <param name="name">What the courses' names begin with.</param>
/// <param name="seats">How many seats there are in all.</param>
/// <param name="courses">Over how many courses they are dealt.</param>
/// <param name="time">The clock.</param>
internal sealed class BenchCourses(KubernetesClient admin, string name, int seats, int courses, TimeProvider time)
{
    private const string FieldManager = "mesonet-bench";
    private const string Template = "bench";
    private const string Dataset = "bench-digits";

    private IEnumerable<ObjectKey> Keys => Enumerable.Range(1, courses).Select(i => new ObjectKey($"course-{name}-{i}", $"{name}-{i}"));

    /// <summary>Applies template, data set and suspended courses, and waits until their homes are prepared and each seat is stopped.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await admin.ApplyAsync(
            new Dataset { Metadata = new() { Name = Dataset }, Spec = new() { Title = "Digits", HostPath = new() { Path = "/srv/digits" } } },
            FieldManager, force: true, cancellationToken);
        await admin.ApplyAsync(
            new CourseTemplate
            {
                Metadata = new() { Name = Template },
                Spec = new()
                {
                    Title = "Bench", Image = "registry.mesonet.test/pytorch:1",
                    Code = new() { Repository = "git://git.mesonet.test/bench.git", Ref = "main" },
                    Datasets = [new() { Name = Dataset }],
                    Resources = new() { Lesson = new() { Cpu = "500m", Memory = "1Gi" } },
                },
            },
            FieldManager, force: true, cancellationToken);
        var index = 0;
        foreach (var key in Keys)
        {
            await admin.CreateAsync(new Namespace { Metadata = new() { Name = key.Namespace } }, cancellationToken);
            // Seats are dealt out evenly; the first courses take what is left over.
            var count = seats / courses + (index++ < seats % courses ? 1 : 0);
            await admin.ApplyAsync(
                new ClassroomEnvironment
                {
                    Metadata = new() { Name = key.Name, Namespace = key.Namespace },
                    Spec = new()
                    {
                        Template = new() { Name = Template }, Suspend = true,
                        Students = [.. Enumerable.Range(1, count).Select(i => new Student { Login = $"student{i:0000}" })],
                    },
                },
                FieldManager, force: true, cancellationToken);
        }

        await UntilAsync(environment => environment.Status is { Stage: Stage.Resting } status && status.Seats?.Stopped == environment.Spec.Students!.Count
            && status.Conditions!.Any(condition => condition is { Type: Readiness.MaterialsReady, Status: "True" }), cancellationToken);
        await UntilSeatsAreAsync(SeatState.Stopped, cancellationToken);
    }

    /// <summary>Starts or stops every course at once.</summary>
    public Task SuspendAsync(bool suspend, CancellationToken cancellationToken) => Task.WhenAll(Keys.Select(key =>
        admin.MergePatchAsync<ClassroomEnvironment>(key, new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["suspend"] = suspend } }, cancellationToken)));

    /// <summary>Waits until every course says that all its seats are ready.</summary>
    public Task UntilReadyAsync(CancellationToken cancellationToken) => UntilAsync(
        environment => environment.Status is { } status && status.Seats?.Ready == environment.Spec.Students!.Count, cancellationToken);

    /// <summary>Waits until the status of every seat says so.</summary>
    public async Task UntilSeatsAreAsync(SeatState state, CancellationToken cancellationToken)
    {
        var keys = Keys.ToHashSet();
        while (true)
        {
            var all = (await admin.ListAsync<Seat>(ListQuery.All, cancellationToken)).Where(seat => keys.Contains(new(seat.Metadata.Namespace!, seat.Spec.Environment))).ToList();
            if (all.Count == seats && all.All(seat => seat.Status?.State == state)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
        }
    }

    /// <summary>The very pods that the operator would create at the bell: its own planner's, from what the cluster holds now.</summary>
    public async Task<IReadOnlyList<Pod>> PlanPodsAsync(CancellationToken cancellationToken)
    {
        var world = await SiteWorld.ReadAsync(admin, cancellationToken);
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        return [.. Keys.Select(world.Observe).Select(Resumed).SelectMany(observed => ClassroomEnvironmentPlanner.Plan(observed, now).Create.OfType<Pod>())];

        static ObservedEnvironment Resumed(ObservedEnvironment observed) =>
            observed with { Environment = observed.Environment! with { Spec = observed.Environment.Spec with { Suspend = false } } };
    }

    private async Task UntilAsync(Func<ClassroomEnvironment, bool> isReached, CancellationToken cancellationToken)
    {
        foreach (var key in Keys)
        {
            while (!isReached(await admin.GetAsync<ClassroomEnvironment>(key, cancellationToken)))
                await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
        }
    }
}
