using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Datasets;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>The rules of a ResearchWorkspace, each with the sentence that helps. They are all here, as those of courses: an older API server does not know them.</summary>
public static class WorkspaceRules
{
    private const int LongestName = 63;

    private static readonly HashSet<string> OwnVariables = ["HOME", "JUPYTER_TOKEN", "JUPYTER_CONFIG_PATH"];

    /// <summary>Every rule that is broken; none where the workspace can be prepared.</summary>
    public static IReadOnlyList<SpecificationProblem> Check(ResearchWorkspace workspace, ObservedWorkspace observed)
    {
        var spec = workspace.Spec;
        return
        [
            .. NameProblems(workspace, observed),
            .. TimeProblems(spec),
            .. ResourceProblems(spec),
            .. PlatformChoice.Problems(workspace, observed.Platforms),
            .. DatasetRules.Check(spec.Datasets, observed.Datasets, "The workspace", "take it out of spec.datasets", "The workspace"),
            .. FreedomProblems(spec),
            .. SpecificationRules.SizeProblems("size", "home's", spec.Storage?.Size ?? Workspace.DefaultSize, HomesVolume.ClaimName(workspace.Metadata.Name!), observed.Claims),
        ];
    }

    /// <summary>The hours of a spec that breaks rules: where it is the hours that do, all hours, so that what runs goes on; null where not even its end is known.</summary>
    internal static WorkspaceHours? HoursOf(ResearchWorkspaceSpec spec) => WorkspaceHours.Of(spec.Until, TimeProblems(spec).Any() ? null : spec.Running, spec.TimeZone);

    private static IEnumerable<SpecificationProblem> NameProblems(ResearchWorkspace workspace, ObservedWorkspace observed)
    {
        var name = workspace.Metadata.Name!;
        if (observed.IsNameOfCourse)
            yield return new("NameTaken", $"A course of this namespace is named \"{name}\" as well, and their volumes would have the same names. Make the workspace in a namespace of its project's own, or under another name.");
        if (name.Length > LongestName)
            yield return new("NameTooLong", $"The name has {name.Length} letters, and labels hold {LongestName}. Make the workspace under a shorter name.");
    }

    private static IEnumerable<SpecificationProblem> TimeProblems(ResearchWorkspaceSpec spec)
    {
        if (LocalTimes.Zone(spec.TimeZone) is null)
            yield return new("UnknownTimeZone", $"\"{spec.TimeZone}\" is no time zone. Write an IANA name in spec.timeZone, such as Europe/Paris.");
        if (LocalTimes.Date(spec.Until) is null)
            yield return new("UntilInvalid", $"spec.until is \"{spec.Until}\", which is no date of the calendar. Write it as 2027-06-30.");
        var isTimetable = spec.Running?.Hours == RunningHours.Timetable;
        if (isTimetable && spec.Running!.Weekly is not { Count: > 0 })
            yield return new("HoursInvalid", "spec.running.hours is Timetable, and spec.running.weekly names no hours, so it would never run. Give some.");
        if (!isTimetable && spec.Running?.Weekly is { Count: > 0 })
            yield return new("HoursInvalid", $"spec.running.weekly is only looked at where spec.running.hours is Timetable, and that is {spec.Running.Hours}. Change one of them.");
        foreach (var text in (spec.Running?.Weekly ?? []).SelectMany(hours => new[] { hours.From, hours.Until }).Where(text => WorkspaceHours.Time(text) is null))
            yield return new("HoursInvalid", $"spec.running.weekly has \"{text}\", which is no time of the day. Write it as 20:00.");
    }

    private static IEnumerable<SpecificationProblem> ResourceProblems(ResearchWorkspaceSpec spec)
    {
        if (!WorkspaceResources.AreComplete(spec.Resources))
            yield return new("ResourcesIncomplete", "spec.resources must name cpu and memory, such as {cpu: \"4\", memory: 16Gi}.");
        foreach (var name in WorkspaceResources.Devices(spec.Resources).Keys.Where(name => !ExtendedResources.IsName(name)))
            yield return new("DeviceInvalid", $"spec.resources names \"{name}\". Beside cpu and memory there are extended resources such as nvidia.com/gpu. Correct its name.");
    }

    private static IEnumerable<SpecificationProblem> FreedomProblems(ResearchWorkspaceSpec spec)
    {
        foreach (var variable in (spec.Env ?? []).Where(variable => OwnVariables.Contains(variable.Name) || variable.Name.StartsWith("MESONET_", StringComparison.Ordinal)))
            yield return new("VariableTaken", $"spec.env sets {variable.Name}, which MesoNet sets itself. Choose another name.");
        foreach (var port in (spec.Ports ?? []).Where(port => port.Port == SeatPod.Port || port.Name == "http"))
            yield return new("PortTaken", $"spec.ports has {port.Name} ({port.Port}), which is JupyterLab's own. Choose another.");
        foreach (var same in (spec.Ports ?? []).GroupBy(port => port.Port).Where(same => same.Count() > 1))
            yield return new("PortTaken", $"spec.ports names the port {same.Key} {same.Count()} times. Keep one of them.");
    }
}
