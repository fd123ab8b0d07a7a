using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Datasets;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>A rule that a spec breaks.</summary>
/// <param name="Reason">One word in CamelCase.</param>
/// <param name="Sentence">What to change.</param>
public sealed record SpecificationProblem(string Reason, string Sentence);

/// <summary>
/// The rules of a ClassroomEnvironment, each with the sentence that helps. The API server enforces some of them too, by schema and, from
/// 1.25 on, by CEL; they are all here because an older one does not, and because templates and data sets can change later.
/// </summary>
public static class SpecificationRules
{
    /// <summary>The one reason that passes by itself: a data set that is still being fetched, or looked for.</summary>
    public const string DatasetNotReady = "DatasetNotReady";

    /// <summary>Every rule that is broken; none where the course can be prepared.</summary>
    public static IReadOnlyList<SpecificationProblem> Check(ClassroomEnvironment environment, ObservedEnvironment observed)
    {
        var spec = environment.Spec;
        var template = observed.Templates.FirstOrDefault(template => template.Metadata.Name == spec.Template.Name);
        return
        [
            .. TemplateProblems(spec, template, observed.Templates),
            .. template is null ? [] : PlatformChoice.Problems(template, observed.Platforms),
            .. template is null ? [] : DatasetRules.Check(template.Spec.NeededDatasets, observed.Datasets, $"The template \"{template.Metadata.Name}\"", "change the template", "The course"),
            .. RosterProblems(spec),
            .. CalendarRules.Check(spec),
            .. StorageProblems(environment, observed.Claims),
            .. Retention.RetentionRules.Check(environment, observed.Claims),
        ];
    }

    private static IEnumerable<SpecificationProblem> TemplateProblems(
        ClassroomEnvironmentSpec spec, CourseTemplate? template, IReadOnlyList<CourseTemplate> templates)
    {
        if (template is null)
        {
            yield return new("TemplateNotFound",
                $"There is no course template \"{spec.Template.Name}\". {Existing("templates", templates.Select(known => known.Metadata.Name!))} Change spec.template.name.");
            yield break;
        }

        foreach (var device in Devices(template).Where(device => !ExtendedResources.IsName(device)))
        {
            yield return new("DeviceInvalid",
                $"The template \"{spec.Template.Name}\" names the device \"{device}\". Devices are extended resources such as nvidia.com/gpu; cpu and memory have members of their own. Correct the template.");
        }

        if (DocumentsProblem(template) is { } problem) yield return problem;

        var known = (template.Spec.Parameters ?? []).Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in (spec.Template.Parameters ?? new Dictionary<string, string>()).Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal))
        {
            yield return new("UnknownParameter",
                $"The template \"{spec.Template.Name}\" has no parameter \"{name}\". {Existing("parameters", known)} Change spec.template.parameters.");
        }
    }

    private static SpecificationProblem? DocumentsProblem(CourseTemplate template) => template.Spec switch
    {
        { Documents: { Path: null, Dataset: null } or { Path: not null, Dataset: not null } } => new("DocumentsInvalid",
            $"The template \"{template.Metadata.Name}\" must give exactly one of documents.path (a folder of the code's repository) and documents.dataset (the name of a data set). Correct the template."),
        { Documents.Path: not null, Code: null } => new("DocumentsWithoutCode",
            $"The template \"{template.Metadata.Name}\" has documents.path and no code, and such documents are a folder of the code's repository. Give the template code.repository, take documents out, or name a data set in documents.dataset."),
        _ => null,
    };

    private static IEnumerable<string> Devices(CourseTemplate template) =>
        new[] { template.Spec.Resources.Lesson, template.Spec.Resources.HandIn }.OfType<SeatResources>().SelectMany(resources => resources.Devices?.Keys ?? []).Distinct(StringComparer.Ordinal);

    private static IEnumerable<SpecificationProblem> RosterProblems(ClassroomEnvironmentSpec spec)
    {
        var students = spec.Students ?? [];
        // Nearly every roster is right, and this is asked in each pass.
        var distinct = new HashSet<string>(students.Count, StringComparer.Ordinal);
        if (students.All(student => distinct.Add(Normalized(student)))) return [];
        return students.GroupBy(Normalized, StringComparer.Ordinal)
            .Where(same => same.Count() > 1)
            .Select(same => new SpecificationProblem("DuplicateLogin",
                $"The login \"{same.Key}\" is in spec.students {same.Count()} times ({string.Join(", ", same.Select(student => $"\"{student.Login}\""))}; capitals make no difference). Keep one of them."));

        static string Normalized(Student student) => student.Login.Trim().ToLowerInvariant();
    }

    private static IEnumerable<SpecificationProblem> StorageProblems(ClassroomEnvironment environment, IReadOnlyList<PersistentVolumeClaim> claims)
    {
        var (name, storage) = (environment.Metadata.Name!, environment.Spec.Storage);
        var size = storage?.Size ?? HomesVolume.DefaultSize;
        IEnumerable<SpecificationProblem> quotaProblems = storage?.HomeQuota is { } quota && (quota.Value <= 0 || quota > size)
            ? [new("StorageInvalid", $"spec.storage.homeQuota is {quota}: give what one home may take, above zero and at most the whole volume ({size}), or leave it out for a quarter of that.")]
            : [];
        return SizeProblems("size", "homes'", size, HomesVolume.ClaimName(name), claims)
            .Concat(quotaProblems)
            .Concat(SizeProblems("submissionsSize", "submissions'", storage?.SubmissionsSize ?? SubmissionsVolume.DefaultSize, SubmissionsVolume.ClaimName(name), claims));
    }

    /// <summary>What is wrong with the size of a volume.</summary>
    internal static IEnumerable<SpecificationProblem> SizeProblems(string member, string whose, Quantity size, string claimName, IReadOnlyList<PersistentVolumeClaim> claims)
    {
        if (size.Value <= 0) yield return new("StorageInvalid", $"spec.storage.{member} is {size}: give a size above zero, such as 20Gi.");
        var claim = claims.FirstOrDefault(claim => claim.Metadata.Name == claimName);
        if (claim?.Spec?.Resources?.Requests?.GetValueOrDefault("storage") is { } current && size < current && current.Value > 0)
            yield return new("StorageInvalid", $"spec.storage.{member} is {size}, but the {whose} volume has {current} already: a volume can grow, not shrink.");
    }

    /// <summary>Which of something there are, in a sentence.</summary>
    internal static string Existing(string what, IEnumerable<string> names)
    {
        const int atMost = 10;
        var list = names.Order(StringComparer.Ordinal).ToList();
        return list.Count switch
        {
            0 => $"There are no {what}.",
            <= atMost => $"There are the {what} {string.Join(", ", list)}.",
            _ => $"There are {list.Count} {what}, among them {string.Join(", ", list.Take(atMost))}.",
        };
    }
}
