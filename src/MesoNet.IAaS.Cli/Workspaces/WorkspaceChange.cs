using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Cli.Workspaces;

/// <summary><c>mesonet workspace start|stop|extend</c>: writes the wish into the workspace's spec, as the portal does; the operator brings it about.</summary>
internal sealed class WorkspaceChange(ClusterReader cluster, TimeProvider time)
{
    public Task<int> StartAsync(string name, string? project, TextWriter output, CancellationToken cancellationToken) => ChangeAsync(
        name, project,
        workspace => WorkspaceWishes.Start(workspace, time.GetUtcNow()),
        workspace => workspace.Status?.Stage is WorkspaceStage.Ended
            ? $"{name} is wanted, but its last day was {workspace.Spec.Until}. 'mesonet workspace extend {name} DATE' gives it another."
            : $"{name} is wanted: it starts now, if its hours and the lessons let it. 'mesonet workspace status {name}' tells how it is.",
        output, cancellationToken);

    public Task<int> StopAsync(string name, string? project, TextWriter output, CancellationToken cancellationToken) => ChangeAsync(
        name, project, _ => WorkspaceWishes.Stop(), _ => $"{name} is stopped. Its volume is kept; 'mesonet workspace start {name}' starts it again.", output, cancellationToken);

    public Task<int> ExtendAsync(string name, string? project, string until, TextWriter output, CancellationToken cancellationToken) => ChangeAsync(
        name, project,
        workspace =>
        {
            var now = Instant.FromDateTimeOffset(time.GetUtcNow());
            return WorkspaceWishes.ProblemOf(workspace, until, now) switch
            {
                ExtensionProblem.NoDate => throw new UserMistakeException($"\"{until}\" is no date of the calendar. Write it as 2027-06-30."),
                ExtensionProblem.IsOver => throw new UserMistakeException($"{until} is over already. Give a day from {LocalTimes.Write(WorkspaceWishes.Today(workspace, now).AtMidnight())[..10]} on."),
                _ => WorkspaceWishes.Extend(until),
            };
        },
        workspace => $"The last day of {name} is {until}; it was {workspace.Spec.Until}."
            + (workspace.Spec.YieldsToLessons == false ? " Whether the calendar of lessons leaves it room until then, its condition Admitted tells." : ""),
        output, cancellationToken);

    private async Task<int> ChangeAsync(
        string name, string? project, Func<ResearchWorkspace, JsonObject> change, Func<ResearchWorkspace, string> sentence, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var workspace = await WorkspaceOnCluster.FindAsync(client, name, project, cancellationToken);
        await client.MergePatchAsync<ResearchWorkspace>(workspace.Key, change(workspace), cancellationToken);
        await output.WriteLineAsync(sentence(workspace));
        return 0;
    }
}
