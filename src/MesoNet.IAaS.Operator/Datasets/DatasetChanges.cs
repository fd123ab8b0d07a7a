using System.Collections.Concurrent;
using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Operator.Datasets;

/// <summary>
/// Which changes matter beyond the object they happened to: a course's status changes all the time, and a data set's while it is fetched.
/// </summary>
internal sealed class DatasetChanges
{
    private readonly ConcurrentDictionary<ObjectKey, string> templates = new();
    private readonly ConcurrentDictionary<ObjectKey, string> named = new();
    private readonly ConcurrentDictionary<ObjectKey, string> seen = new();

    /// <summary>Notes which template a course has; true where that is news to data sets.</summary>
    public bool NoteTemplateOf(ObjectKey key, ClassroomEnvironment? environment) => Note(templates, key, environment?.Spec.Template.Name);

    /// <summary>Notes which data sets a research workspace names; true where that is news to data sets.</summary>
    public bool NoteDatasetsOf(ObjectKey key, ResearchWorkspace? workspace) =>
        Note(named, key, workspace is null ? null : string.Join('\0', (workspace.Spec.Datasets ?? []).Select(reference => reference.Name)));

    /// <summary>Notes what courses see of a data set: where it lives, and what they are told while it is not there. True where that is news to them.</summary>
    public bool NoteWhatCoursesSee(ObjectKey key, Dataset? dataset) => Note(seen, key, dataset is null ? null : string.Join(
        '\0', dataset.Metadata.Uid, dataset.Metadata.Generation, dataset.Status?.Version,
        dataset.Status?.Place is { } place ? Encoding.UTF8.GetString(KubernetesJson.Write(place)) : "",
        dataset.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.Message));

    private static bool Note(ConcurrentDictionary<ObjectKey, string> notes, ObjectKey key, string? now)
    {
        var before = notes.GetValueOrDefault(key);
        if (before == now) return false;
        if (now is null) notes.TryRemove(key, out _);
        else notes[key] = now;
        return true;
    }
}
