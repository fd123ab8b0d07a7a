using System.Text;
using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Notebook;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>The pod of a research workspace: a <see cref="NotebookPod"/> that is told before it stops and, where it wants one, has a Python environment on its volume.</summary>
public static class WorkspacePod
{
    /// <summary>The component that labels name for workspaces' pods.</summary>
    public const string Component = "workspace";

    /// <summary>
    /// How long programs get to save and to end once the pod is stopped; stopping.py shares it out. The pod is stopped this long before somebody else needs its room.
    /// </summary>
    public static readonly Duration Grace = Duration.FromSeconds(60);

    /// <summary>The workspace's pod; null where there is none.</summary>
    internal static ObservedPod? Of(ObservedWorkspace observed) => observed.Pods.FirstOrDefault(pod => pod.Metadata.Label(Labels.Component) == Component);

    /// <summary>The pod, but for when it ends.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="isReserved">Whether its room is held in the calendar of lessons: then it is nobody's to preempt.</param>
    internal static Pod Build(Workspace workspace, bool isReserved)
    {
        var spec = NotebookPod.Spec(workspace, new(isReserved ? PriorityClasses.Reserved : PriorityClasses.Research, workspace.Resources, null)
        {
            GraceSeconds = (int)Grace.TotalSeconds,
            Command = workspace.Asked.Spec.Packages == false ? NotebookFiles.LabCommand : NotebookFiles.LabWithPackagesCommand,
            // The kubelet ends JupyterLab alone, and all else goes with that, unasked.
            BeforeStop = NotebookFiles.StopCommand,
            Ports = [.. (workspace.Asked.Spec.Ports ?? []).Select(port => new ContainerPort { Name = port.Name, Number = port.Port })],
        });
        spec = spec with { Containers = [NotebookPod.For(workspace.SeatName, workspace, OwnVariables(workspace), spec.Containers![0])] };
        return new()
        {
            Metadata = workspace.Owned(workspace.SeatName, Component) with
            {
                Labels = workspace.LabelsOf(Component, workspace.SeatName),
                Annotations = new Dictionary<string, string> { [SeatPod.PlanHash] = NotebookPod.HashOf(spec), [Labels.HomeQuota] = $"{workspace.HomesSize.Value:0}/0" },
            },
            Spec = spec,
        };
    }

    /// <summary>Whether a pod was made from what is asked for now.</summary>
    internal static bool IsOf(Pod wanted, ObservedPod pod) => NotebookPod.IsMadeFrom(pod, wanted.Metadata.Annotation(SeatPod.PlanHash));

    /// <summary>The value of <see cref="Labels.EndsAt"/>: when, and a word that says why.</summary>
    internal static string EndsAtOf(DateTimeZone zone, PlannedEnd end) => $"{NotebookPod.EndsAtOf(zone, end.At)} {end.Why.ToString().ToLowerInvariant()}";

    private static string Json(IReadOnlyList<string> command) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(command));

    private static IEnumerable<EnvVar> OwnVariables(Workspace workspace)
    {
        var spec = workspace.Asked.Spec;
        yield return new() { Name = "MESONET_WORKSPACE", Value = workspace.Name };
        yield return new() { Name = "MESONET_OWNER", Value = spec.Owner };
        yield return NotebookPod.Threads(workspace.Resources);
        if (spec.OnStart?.Command is { Count: > 0 } start) yield return new() { Name = "MESONET_ON_START", Value = Json(start) };
        if (spec.OnYield?.Command is { Count: > 0 } command) yield return new() { Name = "MESONET_ON_YIELD", Value = Json(command) };
        if (spec.OnYield?.Signal is { Length: > 0 } signal) yield return new() { Name = "MESONET_YIELD_SIGNAL", Value = signal };
        foreach (var variable in spec.Env ?? []) yield return new() { Name = variable.Name, Value = variable.Value };
    }
}
