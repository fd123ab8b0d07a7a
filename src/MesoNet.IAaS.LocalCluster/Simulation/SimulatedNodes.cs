using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.LocalCluster.Simulation;

/// <summary>
/// Nodes without a kubelet, for large or fast clusters: the real API server and the real scheduler know Nodes, and this loop says of each
/// pod bound to one what a kubelet would say of a pod that starts at once. Pods of Jobs end at once, as they are told; deleted pods go at once.
/// Nothing runs in them.
/// </summary>
/// <param name="client">An administrator's client.</param>
/// <param name="names">The nodes' names.</param>
/// <param name="allocatable">What each of them has.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where faults are told.</param>
public sealed class SimulatedNodes(
    KubernetesClient client, IReadOnlyList<string> names, IReadOnlyDictionary<string, Quantity> allocatable, TimeProvider time, ILogger logger)
{
    private const int Workers = 16;
    private static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromSeconds(10);
    private readonly HashSet<string> known = [.. names];
    private readonly ObjectStore<Pod> pods = new();

    // The store lags behind our own writes: a pod must not be told twice that it runs.
    private readonly ConcurrentDictionary<string, bool> started = new(StringComparer.Ordinal);

    /// <summary>The last word of a Job's pod (its termination message).</summary>
    public Func<Pod, string?> TerminationMessage { get; init; } = _ => null;

    /// <summary>The exit code of a Job's pod.</summary>
    public Func<Pod, int> ExitCode { get; init; } = _ => 0;

    /// <summary>Whether a pod becomes ready; one that does not stays Pending.</summary>
    public Func<Pod, bool> Starts { get; init; } = _ => true;

    /// <summary>The address that every pod gets: nobody's, unless somebody is to answer there.</summary>
    public string PodAddress { get; init; } = "192.0.2.1";

    /// <summary>Registers the nodes and plays their kubelets until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(names.Select(name => RegisterAsync(name, cancellationToken)));
        using var queue = new WorkQueue<ObjectKey>(time);
        var watching = new Reflector<Pod>(client, ListQuery.All, pods, Enqueue, WatcherTimes.Default, time, logger);
        var playing = new Controller("simulated nodes", queue, PlayAsync, Workers, logger);
        await Task.WhenAll([watching.RunAsync(cancellationToken), playing.RunAsync(cancellationToken), .. names.Select(name => BeatAsync(name, cancellationToken))]);

        void Enqueue(Pod pod)
        {
            if (pod.Spec?.NodeName is { } node && known.Contains(node)) queue.Add(pod.Key);
        }
    }

    private async Task RegisterAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(new Kubernetes.Objects.Node { Metadata = new() { Name = name } }, cancellationToken);
        }
        catch (KubernetesApiException exception) when (exception.IsAlreadyExists)
        {
        }
    }

    private async Task BeatAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            var amounts = new JsonObject(allocatable.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.ToString())));
            var ready = new JsonObject
            {
                ["type"] = "Ready", ["status"] = "True", ["reason"] = "Simulated",
                ["lastHeartbeatTime"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            };
            var status = new JsonObject { ["capacity"] = amounts, ["allocatable"] = amounts.DeepClone(), ["conditions"] = new JsonArray(ready) };
            await client.MergePatchAsync<Kubernetes.Objects.Node>(ObjectKey.Cluster(name), new() { ["status"] = status }, cancellationToken, "status");
            await Task.Delay(BetweenHeartbeats, time, cancellationToken);
        }
    }

    private async Task<ReconcileResult> PlayAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (pods.Find(key) is not { } pod) return new();
        try
        {
            if (pod.Metadata.DeletionTimestamp is not null)
            {
                await client.DeleteAsync<Pod>(pod.Key, cancellationToken, pod.Metadata.Uid, gracePeriodSeconds: 0);
                started.TryRemove(pod.Metadata.Uid!, out _);
            }
            else if (pod.Status?.Phase == "Pending" && Starts(pod) && started.TryAdd(pod.Metadata.Uid!, true))
            {
                await client.MergePatchAsync<Pod>(pod.Key, new() { ["status"] = StatusOf(pod) }, cancellationToken, "status");
            }
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
        }

        return new();
    }

    private JsonObject StatusOf(Pod pod)
    {
        var container = pod.Spec!.Containers![0];
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        var isJob = pod.Spec.RestartPolicy == "Never";
        var exitCode = isJob ? ExitCode(pod) : 0;
        var state = isJob
            ? new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = exitCode, ["reason"] = exitCode == 0 ? "Completed" : "Error", ["message"] = TerminationMessage(pod), ["finishedAt"] = now } }
            : new JsonObject { ["running"] = new JsonObject { ["startedAt"] = now } };
        return new()
        {
            ["phase"] = !isJob ? "Running" : exitCode == 0 ? "Succeeded" : "Failed",
            ["podIP"] = PodAddress,
            ["startTime"] = now,
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "PodScheduled", ["status"] = "True" },
                new JsonObject { ["type"] = "ContainersReady", ["status"] = isJob ? "False" : "True", ["lastTransitionTime"] = now },
                new JsonObject { ["type"] = "Ready", ["status"] = isJob ? "False" : "True", ["lastTransitionTime"] = now }),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = container.Name, ["image"] = container.Image, ["imageID"] = "", ["ready"] = !isJob, ["restartCount"] = 0, ["state"] = state,
            }),
        };
    }
}
