using System.Text.Json;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Cli.Workspaces;

/// <summary><c>mesonet workspace list</c>: all research workspaces, one a line.</summary>
internal sealed class WorkspaceList(ClusterReader cluster)
{
    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd HH':'mm");

    public async Task<int> RunAsync(bool asJson, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var workspaces = (await client.ListAsync<ResearchWorkspace>(ListQuery.All, cancellationToken)).OrderBy(workspace => workspace.Key.ToString(), StringComparer.Ordinal).ToList();
        if (asJson) await output.WriteLineAsync(JsonSerializer.Serialize(workspaces, KubernetesJson.Options));
        else Print(workspaces, output);
        return 0;
    }

    internal static void Print(IReadOnlyList<ResearchWorkspace> workspaces, TextWriter output)
    {
        if (workspaces.Count == 0)
        {
            output.WriteLine("There are no research workspaces.");
            return;
        }

        var table = new TextTable("Workspace", "Project", "Owner", "Stage", "Next", "Lost", "Until");
        foreach (var workspace in workspaces)
        {
            table.Add(
                workspace.Metadata.Name!, workspace.Metadata.Namespace!, workspace.Spec.Owner, workspace.Status?.Stage?.ToString() ?? "not planned yet",
                Time(workspace, workspace.Status?.NextTransition), Lost(workspace.Status?.LostSeconds), workspace.Spec.Until);
        }

        table.Print(output, indent: "");
        foreach (var workspace in workspaces)
        {
            // That its volume is full, or a newer version of its code could not be copied, keeps it from nothing else, and is told beside.
            var told = (workspace.Status?.Conditions ?? []).Where(condition =>
                condition is { Type: Readiness.Ready or Readiness.VolumeHasRoom, Status: "False", Message: not null } or { Type: Readiness.MaterialsReady, Status: "False", Reason: not "Preparing", Message: not null });
            foreach (var message in told.Select(condition => condition.Message).Distinct(StringComparer.Ordinal)) output.WriteLine($"{workspace.Metadata.Name}: {message}");
        }
    }

    /// <summary>A moment in a workspace's zone.</summary>
    internal static string Time(ResearchWorkspace workspace, DateTimeOffset? moment) => moment is { } at && LocalTimes.Zone(workspace.Spec.TimeZone) is { } zone
        ? Pattern.Format(Instant.FromDateTimeOffset(at).InZone(zone).LocalDateTime)
        : "";

    /// <summary>A duration in hours and minutes.</summary>
    internal static string Lost(long? seconds) => seconds is > 0 ? $"{seconds / 3600} h {seconds / 60 % 60:00} min" : "";
}
