using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>
/// Who uses a data set: the courses whose template names it, for data or for documents, and those that still have a volume of it, which is there until the last pod that
/// mounts it is gone.
/// </summary>
internal static class DatasetUse
{
    /// <summary>The condition that says who uses it.</summary>
    public const string InUse = "InUse";

    private const int NamesTold = 10;

    /// <summary>The names of the courses, in order.</summary>
    public static IReadOnlyList<string> CoursesOf(ObservedDataset observed)
    {
        var name = observed.Key.Name;
        var templates = TemplatesOf(observed).Select(template => template.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. observed.Environments.Where(environment => templates.Contains(environment.Spec.Template.Name)).Select(environment => environment.Metadata.Name!)
                .Concat(observed.CourseVolumes.Where(volume => volume.Metadata.Label(Labels.Dataset) == name).Select(volume => volume.Metadata.Label(Labels.Environment)).OfType<string>())
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The names of the research workspaces, in order.</summary>
    public static IReadOnlyList<string> WorkspacesOf(ObservedDataset observed)
    {
        var name = observed.Key.Name;
        return
        [
            .. observed.Workspaces.Where(workspace => workspace.Spec.Datasets?.Any(reference => reference.Name == name) == true).Select(workspace => workspace.Metadata.Name!)
                .Concat(observed.CourseVolumes.Where(volume => volume.Metadata.Label(Labels.Dataset) == name).Select(volume => volume.Metadata.Label(Labels.Workspace)).OfType<string>())
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The templates that name the data set, in order of their names.</summary>
    public static IEnumerable<CourseTemplate> TemplatesOf(ObservedDataset observed) => observed.Templates
        .Where(template => template.Spec.NeededDatasets.Any(reference => reference.Name == observed.Key.Name))
        .OrderBy(template => template.Metadata.Name, StringComparer.Ordinal);

    /// <summary>The finalizers as they should be, or null where they are.</summary>
    public static IReadOnlyList<string>? Finalizers(Dataset dataset, bool isUsed)
    {
        var known = dataset.Metadata.Finalizers ?? [];
        var has = known.Contains(Dataset.InUseFinalizer, StringComparer.Ordinal);
        if (has == isUsed) return null;
        if (!isUsed) return [.. known.Where(finalizer => finalizer != Dataset.InUseFinalizer)];
        // The API server takes no new one once the deletion has been asked for.
        return dataset.Metadata.DeletionTimestamp is null ? [.. known, Dataset.InUseFinalizer] : null;
    }

    public static Finding Finding(Dataset dataset, IReadOnlyList<string> courses, IReadOnlyList<string> workspaces)
    {
        if (courses.Count == 0 && workspaces.Count == 0) return new(InUse, false, "NotUsed", "No course uses it.");
        var which = string.Join(' ', new[] { Which(courses, "course"), Which(workspaces, "research workspace") }.OfType<string>());
        if (dataset.Metadata.DeletionTimestamp is null) return new(InUse, true, courses.Count > 0 ? "UsedByCourses" : "UsedByWorkspaces", which);
        var (nobody, advice) = workspaces.Count > 0 ? ("nobody", "their templates, or the workspaces' specs") : ("no course", "their templates");
        return new(InUse, true, "DeletionWaits", $"It is to be deleted, and stays for now. {which} It goes once {nobody} uses it: delete them, or take it out of {advice}.");
    }

    private static string? Which(IReadOnlyList<string> names, string what) => names.Count switch
    {
        0 => null,
        1 => $"The {what} {names[0]} uses it.",
        var count => $"{count} {what}s use it: {Names(names)}.",
    };

    private static string Names(IReadOnlyList<string> courses) =>
        courses.Count <= NamesTold ? string.Join(", ", courses) : $"{string.Join(", ", courses.Take(NamesTold))} and {courses.Count - NamesTold} more";
}
