using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Bench;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.LocalCluster.Auditing;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Operator.Hosting;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>
/// A control plane that keeps an account of what two users ask for, <see cref="First"/> and <see cref="Second"/>, each with the
/// operator's rights; and the operator program itself, as a process for either.
/// </summary>
public sealed class TwoOperatorsCluster : IAsyncLifetime
{
    public const string First = "operator-a";
    public const string Second = "operator-b";
    private const string Namespace = "mesonet-system";

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"mesonet-two-operators-{Environment.ProcessId}");
    private SimulatedSite site = null!;
    private int started;

    public static ObjectKey Lease { get; } = new(Namespace, OperatorService.LeaseName);

    public KubernetesClient Admin => site.Admin;

    public AuditLog AuditLog => site.AuditLog;

    public async ValueTask InitializeAsync()
    {
        site = await SimulatedSite.StartAsync(
            new()
            {
                Name = "two", Folder = folder, AuditedUsers = [First, Second], Commit = ClusterFixture.Commit,
                Allocatable = new Dictionary<string, Quantity> { ["cpu"] = "100", ["memory"] = "1000Gi", ["pods"] = "1000" },
            },
            new Progress<string>(), TimeProvider.System, CancellationToken.None);
        foreach (var user in (string[])[First, Second])
        {
            await BindAsync(user, "ClusterRoleBinding", "ClusterRole", "mesonet-operator", @namespace: null);
            await BindAsync(user, "RoleBinding", "Role", "mesonet-operator-leader", Namespace);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (site is not null) await site.DisposeAsync();
    }

    /// <summary>Starts the operator program as a user, with election times of 4, 3 and half a second.</summary>
    public Task<ChildProcess> StartOperatorAsync(string user)
    {
        var name = $"{user}-{++started}";
        return ChildProcess.StartAsync(
            OperatorProgram.Specification(
                name, site.Cluster.Certificates.WriteKubeconfig(name, user), Path.Combine(folder, "logs", $"{name}.log"),
                "--lease-duration", $"{TwoOperatorsTests.Times.LeaseDuration.TotalSeconds}",
                "--renew-deadline", $"{TwoOperatorsTests.Times.RenewDeadline.TotalSeconds}",
                "--retry-period", $"{TwoOperatorsTests.Times.RetryPeriod.TotalSeconds}"),
            TimeProvider.System);
    }

    /// <summary>Puts a course of so many students into a namespace of its own, or changes how many it has.</summary>
    public async Task PutCourseAsync(string @namespace, int students)
    {
        if (await Admin.FindAsync<Namespace>(ObjectKey.Cluster(@namespace), CancellationToken.None) is null)
        {
            await Admin.CreateAsync(new Namespace { Metadata = new() { Name = @namespace } }, CancellationToken.None);
            await Admin.ApplyAsync(
                new CourseTemplate
                {
                    Metadata = new() { Name = $"{@namespace}-template" },
                    Spec = new()
                    {
                        Title = "Test", Image = "image:1", Code = new() { Repository = "git://git.test/course.git", Ref = "main" },
                        Resources = new() { Lesson = new() { Cpu = "10m", Memory = "16Mi" } },
                    },
                },
                "test", force: true, CancellationToken.None);
            await ClusterFixture.EventuallyAsync(
                async () => (await Admin.GetTextAsync($"/api/v1/namespaces/{@namespace}/serviceaccounts", CancellationToken.None)).Contains("\"default\"", StringComparison.Ordinal),
                () => Task.FromResult("no service account"));
        }

        await Admin.ApplyAsync(
            new ClassroomEnvironment
            {
                Metadata = new() { Name = "course", Namespace = @namespace },
                Spec = new()
                {
                    Template = new() { Name = $"{@namespace}-template" },
                    Students = [.. Enumerable.Range(1, students).Select(i => new Student { Login = $"student{i:000}" })],
                },
            },
            "test", force: true, CancellationToken.None);
    }

    /// <summary>Waits until so many students of a course are ready, and nobody else is there.</summary>
    public async Task UntilReadyAsync(string @namespace, int students)
    {
        ClassroomEnvironment? last = null;
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                last = await Admin.GetAsync<ClassroomEnvironment>(new(@namespace, "course"), CancellationToken.None);
                return last.Status?.ObservedGeneration == last.Metadata.Generation && last.Status?.Ready == $"{students}/{students}";
            },
            () => Task.FromResult(KubernetesYaml.Write(last! with { Spec = last.Spec with { Students = [] } })));
    }

    private Task BindAsync(string user, string kind, string roleKind, string role, string? @namespace)
    {
        var metadata = new JsonObject { ["name"] = $"{role}-{user}" };
        if (@namespace is not null) metadata["namespace"] = @namespace;
        return Admin.ApplyManifestAsync(
            new JsonObject
            {
                ["apiVersion"] = "rbac.authorization.k8s.io/v1",
                ["kind"] = kind,
                ["metadata"] = metadata,
                ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = roleKind, ["name"] = role },
                ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "User", ["name"] = user, ["apiGroup"] = "rbac.authorization.k8s.io" }),
            },
            "test", CancellationToken.None);
    }
}
