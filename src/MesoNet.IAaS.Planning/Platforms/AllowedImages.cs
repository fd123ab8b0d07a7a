using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Platforms;

namespace MesoNet.IAaS.Planning.Platforms;

/// <summary>Whether a site allows an image that a template or a workspace names itself. What its platforms mean is allowed everywhere.</summary>
public static class AllowedImages
{
    /// <summary>The reason where it does not.</summary>
    public const string ImageNotAllowed = "ImageNotAllowed";

    /// <summary>Whether an image is one of the platforms', or among those that the catalogue allows beside; every one is, where it names none.</summary>
    public static bool Allows(this PlatformCatalogue catalogue, string image) =>
        catalogue.AllowedImages is not { Count: > 0 } beginnings
        || beginnings.Any(beginning => IsUnder(beginning, image))
        || catalogue.Platforms.Any(platform => platform.Images.Any(known => known.Image == image));

    /// <summary>What is wrong with an image that is named; null where nothing is.</summary>
    internal static SpecificationProblem? ProblemOf(string image, PlatformCatalogue catalogue) => catalogue.Allows(image) ? null : new(
        ImageNotAllowed,
        $"The image \"{image}\" is not among those that this site allows: {string.Join(", ", catalogue.AllowedImages!)}, and those of the platforms {PlatformChoice.Names(catalogue)}. "
        + "Name an image of these or a platform, or ask the administrator to add this one to allowedImages in the site's catalogue.");

    // A name ends where a tag or a digest begins, neither of which holds a slash: "registry.example.org" is not "registry.example.org:5000/image".
    private static bool IsUnder(string beginning, string image)
    {
        if (!image.StartsWith(beginning, StringComparison.Ordinal)) return false;
        var rest = image[beginning.Length..];
        return beginning.EndsWith('/') ? rest.Length > 0 : rest.Length == 0 || (rest[0] is ':' or '@' && !rest.Contains('/', StringComparison.Ordinal));
    }
}
