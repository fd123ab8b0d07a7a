using System.Text.Json;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Cli.Workspaces;

/// <summary><c>mesonet workspace status|logs</c>: how one workspace is, and what it printed.</summary>
internal sealed class WorkspaceReport(ClusterReader cluster, TimeProvider time)
{
    public async Task<int> StatusAsync(string name, string? project, bool asJson, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var workspace = await WorkspaceOnCluster.FindAsync(client, name, project, cancellationToken);
        if (asJson) await output.WriteLineAsync(JsonSerializer.Serialize(workspace, KubernetesJson.Options));
        else Print(workspace, time.GetUtcNow(), output);
        return 0;
    }

    public async Task<int> LogsAsync(string name, string? project, int lines, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var workspace = await WorkspaceOnCluster.FindAsync(client, name, project, cancellationToken);
        if (workspace.Status?.Pod is not { } pod || await client.FindAsync<Pod>(new(workspace.Metadata.Namespace!, pod), cancellationToken) is null)
            throw new UserMistakeException($"{name} does not run now, so there is no log. 'mesonet workspace status {name}' tells why.");
        try
        {
            await output.WriteAsync(await client.GetTextAsync(
                $"{ResourceType.Of<Pod>().ObjectPath(new(workspace.Metadata.Namespace!, pod))}/log?container={SeatPod.ContainerName}&tailLines={lines}", cancellationToken));
            return 0;
        }
        catch (KubernetesApiException exception)
        {
            throw new UserMistakeException($"The log of {name} cannot be read: {exception.Message}");
        }
    }

    internal static void Print(ResearchWorkspace workspace, DateTimeOffset now, TextWriter output)
    {
        var status = workspace.Status;
        output.WriteLine($"{workspace.Metadata.Name} ({workspace.Metadata.Namespace}, {workspace.Spec.Owner}): {status?.Stage?.ToString() ?? "not planned yet"}");
        foreach (var condition in status?.Conditions ?? []) output.WriteLine($"  {condition.Type}: {condition.Message}");
        if (status?.Yielding is { } yielding)
        {
            var back = yielding.Until is null ? "and does not come back as far as is known" : $"and is back at {WorkspaceList.Time(workspace, yielding.Until)}";
            output.WriteLine(yielding.Since > now
                ? $"  It makes room for {yielding.Lesson}: it is told at {WorkspaceList.Time(workspace, yielding.TellAt)}, stops at {WorkspaceList.Time(workspace, yielding.Since)} {back}."
                : $"  It makes room for {yielding.Lesson} since {WorkspaceList.Time(workspace, yielding.Since)} {back}.");
        }

        var lost = (long)WorkspaceStatus.LostAt(workspace, Instant.FromDateTimeOffset(now)).TotalSeconds;
        if (lost > 0) output.WriteLine($"  Making room has cost it {WorkspaceList.Lost(lost)} in all.");
        if (status?.Materials?.Commit is { } commit) output.WriteLine($"  Its code is that of commit {commit}.");
    }
}
