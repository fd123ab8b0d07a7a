using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.LocalCluster.Simulation;

/// <summary>
/// A node without a kubelet, for large or fast clusters: the real API server and the real scheduler know a Node, and this loop says of
/// each pod bound to it what a kubelet would say of one that starts at once. Pods of Jobs end successfully; deleted pods go at once.
/// Nothing runs in them.
/// </summary>
public sealed class SimulatedNode(KubernetesClient client, string name, IReadOnlyDictionary<string, Quantity> allocatable, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromSeconds(10);

    /// <summary>The last word of a Job's pod (its termination message).</summary>
    public Func<Pod, string?> TerminationMessage { get; init; } = _ => null;

    /// <summary>Whether a pod becomes ready; one that does not stays Pending.</summary>
    public Func<Pod, bool> Starts { get; init; } = _ => true;

    /// <summary>Registers the node and plays its kubelet until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(new Kubernetes.Objects.Node { Metadata = new() { Name = name } }, cancellationToken);
        }
        catch (KubernetesApiException exception) when (exception.IsAlreadyExists)
        {
        }

        await Task.WhenAll(BeatAsync(cancellationToken), PlayAsync(cancellationToken));
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
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

    private async Task PlayAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in new Watcher<Pod>(client, ListQuery.All, WatcherTimes.Default, time, logger).WatchAsync(cancellationToken))
        {
            var pods = change switch
            {
                StoreChange<Pod>.Replaced { Objects: var all } => all,
                StoreChange<Pod>.Applied { Object: var one } => [one],
                _ => [],
            };
            foreach (var pod in pods.Where(pod => pod.Spec?.NodeName == name)) await PlayAsync(pod, cancellationToken);
        }
    }

    private async Task PlayAsync(Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            if (pod.Metadata.DeletionTimestamp is not null) await client.DeleteAsync<Pod>(pod.Key, cancellationToken, pod.Metadata.Uid, gracePeriodSeconds: 0);
            else if (pod.Status?.Phase == "Pending" && Starts(pod)) await client.MergePatchAsync<Pod>(pod.Key, new() { ["status"] = StatusOf(pod) }, cancellationToken, "status");
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
        }
    }

    private JsonObject StatusOf(Pod pod)
    {
        var container = pod.Spec!.Containers![0];
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        var isJob = pod.Spec.RestartPolicy == "Never";
        var state = isJob
            ? new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 0, ["reason"] = "Completed", ["message"] = TerminationMessage(pod), ["finishedAt"] = now } }
            : new JsonObject { ["running"] = new JsonObject { ["startedAt"] = now } };
        return new()
        {
            ["phase"] = isJob ? "Succeeded" : "Running",
            ["podIP"] = "192.0.2.1",
            ["startTime"] = now,
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "PodScheduled", ["status"] = "True" },
                new JsonObject { ["type"] = "Ready", ["status"] = isJob ? "False" : "True", ["lastTransitionTime"] = now }),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = container.Name, ["image"] = container.Image, ["imageID"] = "", ["ready"] = !isJob, ["restartCount"] = 0, ["state"] = state,
            }),
        };
    }
}
