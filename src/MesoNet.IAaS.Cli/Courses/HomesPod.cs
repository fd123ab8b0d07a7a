using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary>
/// A pod that has a course's volumes, read-only, and the program that works on them: they are mounted nowhere else than in pods. It is deleted
/// when this is disposed of, and ends by itself after an hour.
/// </summary>
internal sealed class HomesPod : IAsyncDisposable
{
    private const string Container = "volumes";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly KubernetesClient client;
    private readonly ObjectKey key;

    private HomesPod(KubernetesClient client, ObjectKey key) => (this.client, this.key) = (client, key);

    /// <summary>Starts it and waits until it runs.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="course">The course.</param>
    /// <param name="template">Its template, whose image the site has anyway.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels waiting; the pod is deleted then.</param>
    /// <exception cref="UserMistakeException">It does not start.</exception>
    public static async Task<HomesPod> StartAsync(KubernetesClient client, ClassroomEnvironment course, CourseTemplate template, TimeProvider time, CancellationToken cancellationToken)
    {
        var (name, @namespace) = (course.Metadata.Name!, course.Metadata.Namespace!);
        var submissions = await client.FindAsync<PersistentVolumeClaim>(new(@namespace, SubmissionsVolume.ClaimName(name)), cancellationToken);
        var pod = new HomesPod(client, new(@namespace, $"{name}-volumes-{Guid.NewGuid().ToString("N")[..8]}"));
        await client.ApplyManifestAsync(pod.Manifest(name, template, submissions is not null), "mesonet-course", cancellationToken);
        try
        {
            await pod.UntilRunningAsync(time, cancellationToken);
            return pod;
        }
        catch
        {
            await pod.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command in it; all that it prints goes to the stream.</summary>
    public Task<ExecResult> RunAsync(IReadOnlyList<string> command, Stream output, CancellationToken cancellationToken) =>
        client.ExecAsync(key, Container, command, output, TimeSpan.FromMinutes(50), cancellationToken);

    /// <summary>Runs a task of the program that works on homes.</summary>
    public Task<ExecResult> RunTaskAsync(string task, IReadOnlyList<string> arguments, Stream output, CancellationToken cancellationToken) =>
        RunAsync([.. HomesProgramFiles.Command(task), .. arguments], output, cancellationToken);

    /// <summary>Deletes the pod.</summary>
    public async ValueTask DisposeAsync()
    {
        if (await client.FindAsync<Pod>(key, CancellationToken.None) is { Metadata.Uid: { } uid }) await client.DeleteAsync<Pod>(key, CancellationToken.None, uid);
    }

    private async Task UntilRunningAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var pod = await client.FindAsync<Pod>(key, cancellationToken);
            if (pod?.Status?.ContainerStatuses?.FirstOrDefault()?.State?.Running is not null) return;
            if (pod is null || pod.Status?.Phase == "Failed" || time.GetElapsedTime(start) > Patience)
                throw new UserMistakeException($"The pod {key} that reads the course's volumes did not start within five minutes. 'mesonet kubectl get events -n {key.Namespace}' tells why.");
            await Task.Delay(TimeSpan.FromMilliseconds(300), time, cancellationToken);
        }
    }

    private JsonObject Manifest(string course, CourseTemplate template, bool hasSubmissions)
    {
        var mounts = new JsonArray(Mount("homes", "/volume"), Mount("program", HomesProgramFiles.Folder));
        var volumes = new JsonArray(
            Claim("homes", HomesVolume.ClaimName(course)),
            new JsonObject { ["name"] = "program", ["configMap"] = new JsonObject { ["name"] = HomesProgramFiles.ConfigMapName(course) } });
        if (hasSubmissions)
        {
            mounts.Add(Mount("submissions", SubmissionsVolume.Path));
            volumes.Add(Claim("submissions", SubmissionsVolume.ClaimName(course)));
        }

        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace },
            ["spec"] = new JsonObject
            {
                ["restartPolicy"] = "Never",
                ["activeDeadlineSeconds"] = 3600,
                ["terminationGracePeriodSeconds"] = 0,
                ["automountServiceAccountToken"] = false,
                ["affinity"] = JsonSerializer.SerializeToNode(ArchitectureAffinity.To(template.Architectures), KubernetesJson.Options),
                ["enableServiceLinks"] = false,
                ["securityContext"] = new JsonObject
                {
                    ["runAsNonRoot"] = true, ["runAsUser"] = 1000, ["runAsGroup"] = 1000, ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
                },
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = Container,
                    ["image"] = template.Image,
                    ["imagePullPolicy"] = "IfNotPresent",
                    ["command"] = new JsonArray("sleep", "3600"),
                    ["resources"] = new JsonObject
                    {
                        ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "64Mi" }, ["limits"] = new JsonObject { ["memory"] = "512Mi" },
                    },
                    ["securityContext"] = new JsonObject { ["allowPrivilegeEscalation"] = false, ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") } },
                    ["volumeMounts"] = mounts,
                }),
                ["volumes"] = volumes,
            },
        };
    }

    private static JsonObject Mount(string name, string path) => new() { ["name"] = name, ["mountPath"] = path, ["readOnly"] = true };

    private static JsonObject Claim(string name, string claim) => new() { ["name"] = name, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim } };
}
