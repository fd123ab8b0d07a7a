using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Planning.Platforms;

/// <summary>
/// Which image a platform means, by the devices that are asked for. One image for a course, whatever its seats run for: what a student has built in
/// a lesson must run in hand-in too.
/// </summary>
public static class PlatformChoice
{
    /// <summary>The template with the image that its platform means here; the same where it names none, or one that cannot be had.</summary>
    public static CourseTemplate Resolved(this PlatformCatalogue catalogue, CourseTemplate template) =>
        template.Spec is { Platform: { } name, Image: null } spec && catalogue.Choose(name, DevicesOf(spec.Resources), spec.Architectures).Image is { } image
            ? template with { Platform = image }
            : template;

    /// <summary>The same of a research workspace.</summary>
    public static ResearchWorkspace Resolved(this PlatformCatalogue catalogue, ResearchWorkspace workspace) =>
        workspace.Spec is { Platform: { } name, Image: null } spec && catalogue.Choose(name, DevicesOf(spec), spec.Architectures).Image is { } image
            ? workspace with { Platform = image }
            : workspace;

    /// <summary>The image of a platform, or why there is none.</summary>
    /// <param name="catalogue">The site's platforms.</param>
    /// <param name="name">Which platform.</param>
    /// <param name="devices">The devices that are asked for, such as nvidia.com/gpu.</param>
    /// <param name="architectures">The architectures that are asked for; null for any.</param>
    public static (PlatformImage? Image, SpecificationProblem? Problem) Choose(
        this PlatformCatalogue catalogue, string name, IReadOnlyList<string> devices, IReadOnlyList<string>? architectures)
    {
        if (catalogue.Find(name) is not { } platform)
        {
            return (null, new("PlatformNotFound",
                $"There is no platform \"{name}\". There are the platforms {Names(catalogue)}. Name one of them, or give an image."));
        }

        var vendors = devices.Select(device => device.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        var found = platform.Images.FirstOrDefault(image =>
            (image.Devices == PlatformImage.AnyDevices || (image.Devices is null ? vendors.Count == 0 : vendors.Contains(image.Devices)))
            && (image.Architectures is null || architectures is null || image.Architectures.Intersect(architectures, StringComparer.Ordinal).Any()));
        if (found is not null) return (found with { Architectures = Both(found.Architectures, architectures) }, null);

        var whom = (vendors.Count == 0 ? "" : $" for the devices {string.Join(", ", devices.Order(StringComparer.Ordinal))}")
            + (architectures is { Count: > 0 } ? $" that runs on {string.Join(" or ", architectures)}" : "");
        return (null, new("PlatformHasNoImage",
            $"The platform \"{name}\" has no image{whom} here. Give an image of your own instead of the platform, or ask the administrator to add one to the site's platforms."));
    }

    /// <summary>What is wrong with the way in which a template names what its seats run.</summary>
    internal static IEnumerable<SpecificationProblem> Problems(CourseTemplate template, PlatformCatalogue catalogue)
    {
        var (name, spec) = (template.Metadata.Name, template.Spec);
        if (spec.Image is null == spec.Platform is null) yield return NotExactlyOne(catalogue, $"The template \"{name}\"", isNeither: spec.Image is null);
        else if (spec.Image is { } image && AllowedImages.ProblemOf(image, catalogue) is { } notAllowed) yield return CannotBeUsed(notAllowed);
        else if (spec.Platform is { } platform && template.Platform is null && catalogue.Choose(platform, DevicesOf(spec.Resources), spec.Architectures).Problem is { } problem)
            yield return CannotBeUsed(problem);

        SpecificationProblem CannotBeUsed(SpecificationProblem why) => why with { Sentence = $"The template \"{name}\" cannot be used. {why.Sentence}" };
    }

    /// <summary>What is wrong with the way in which a workspace names what it runs.</summary>
    internal static IEnumerable<SpecificationProblem> Problems(ResearchWorkspace workspace, PlatformCatalogue catalogue)
    {
        var spec = workspace.Spec;
        if (spec.Image is null == spec.Platform is null) yield return NotExactlyOne(catalogue, "The workspace", isNeither: spec.Image is null);
        else if (spec.Image is { } image && AllowedImages.ProblemOf(image, catalogue) is { } notAllowed) yield return notAllowed;
        else if (spec.Platform is { } platform && workspace.Platform is null && catalogue.Choose(platform, DevicesOf(spec), spec.Architectures).Problem is { } problem)
            yield return problem;
    }

    private static SpecificationProblem NotExactlyOne(PlatformCatalogue catalogue, string subject, bool isNeither) => new(
        "ImageInvalid", $"{subject} must name exactly one of platform and image. {(isNeither ? $"Name one of the platforms {Names(catalogue)}, or an image." : "Take one of them out.")}");

    /// <summary>The names of the platforms, in a sentence.</summary>
    internal static string Names(PlatformCatalogue catalogue) => string.Join(", ", catalogue.Platforms.Select(known => known.Name).Order(StringComparer.Ordinal));

    private static IReadOnlyList<string>? Both(IReadOnlyList<string>? one, IReadOnlyList<string>? other) =>
        one is null ? other : other is null ? one : [.. one.Intersect(other, StringComparer.Ordinal)];

    private static IReadOnlyList<string> DevicesOf(ResearchWorkspaceSpec spec) => [.. WorkspaceResources.Devices(spec.Resources).Keys];

    private static IReadOnlyList<string> DevicesOf(TemplateResources resources) =>
    [
        .. new[] { resources.Lesson, resources.HandIn }.OfType<SeatResources>().SelectMany(seat => seat.Devices ?? new Dictionary<string, Kubernetes.Objects.Quantity>())
            .Where(device => device.Value.Value > 0).Select(device => device.Key).Distinct(StringComparer.Ordinal),
    ];
}
