using System.Text.Json;
using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Serialization;
using YamlDotNet.Core;

namespace MesoNet.IAaS.Resources.Platforms;

/// <summary>The platforms of a site.</summary>
/// <param name="Platforms">Each of them, no two of one name.</param>
// A misspelt "allowedImages" would allow every image.
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PlatformCatalogue(IReadOnlyList<Platform> Platforms)
{
    /// <summary>
    /// How the names of the images begin that templates and workspaces may name themselves: registry.example.org/team/ for all below it, registry.example.org/team/image
    /// for one with all its tags and digests. Every image, where there is none here; those of the platforms always.
    /// </summary>
    public IReadOnlyList<string>? AllowedImages { get; init; }

    /// <summary>The one that comes with the program: platforms.yaml beside this file, with public images.</summary>
    public static PlatformCatalogue BuiltIn { get; } = Read(Embedded());

    /// <summary>The same with the images that a local cluster builds, which run on the machine that built them, and pretend to be for every device.</summary>
    [JsonIgnore]
    public PlatformCatalogue Local => this with
    {
        Platforms = [.. Platforms.Select(platform => platform with { Images = platform.Local is { } image ? [new() { Image = image, Devices = PlatformImage.AnyDevices }] : [] })],
    };

    /// <summary>The platform of a name; null where there is none.</summary>
    public Platform? Find(string name) => Platforms.FirstOrDefault(platform => platform.Name == name);

    /// <summary>The catalogue that an operator or a portal is started with.</summary>
    /// <param name="file">A site's own catalogue; null for the built-in one.</param>
    /// <param name="isLocal">Whether the cluster is a local one.</param>
    /// <exception cref="FormatException">The file cannot be read, or is no catalogue.</exception>
    public static PlatformCatalogue Load(string? file, bool isLocal)
    {
        var catalogue = file is null ? BuiltIn : ReadFile(file);
        return isLocal ? catalogue.Local : catalogue;
    }

    /// <summary>Reads a catalogue.</summary>
    /// <exception cref="FormatException">The text is none; the message says why.</exception>
    public static PlatformCatalogue Read(string yaml)
    {
        PlatformCatalogue read;
        try
        {
            read = KubernetesYaml.Read<PlatformCatalogue>(yaml);
        }
        catch (Exception exception) when (exception is YamlException or JsonException or InvalidOperationException or ArgumentException or InvalidCastException)
        {
            throw new FormatException($"This is no catalogue of platforms: {exception.Message}", exception);
        }

        if (read?.Platforms is not { Count: > 0 }) throw new FormatException("This is no catalogue of platforms: it has no list \"platforms\".");
        foreach (var same in read.Platforms.GroupBy(platform => platform.Name, StringComparer.Ordinal).Where(same => same.Count() > 1))
            throw new FormatException($"The catalogue of platforms has \"{same.Key}\" {same.Count()} times.");
        foreach (var beginning in (read.AllowedImages ?? []).Where(beginning => !CanBegin(beginning)))
        {
            throw new FormatException(
                $"The catalogue of platforms has \"{beginning}\" in allowedImages, and no image's name begins like that. Write registry.example.org/team/ for all images below it, or registry.example.org/team/image for one.");
        }

        return read;
    }

    // An address or a pattern would allow nothing, and nothing at all would allow everything.
    private static bool CanBegin(string? name) =>
        name is { Length: > 0 } && char.IsAsciiLetterOrDigit(name[0]) && (char.IsAsciiLetterOrDigit(name[^1]) || name[^1] == '/')
        && !name.Contains("//", StringComparison.Ordinal) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "/:@._-".Contains(letter, StringComparison.Ordinal));

    private static PlatformCatalogue ReadFile(string file)
    {
        try
        {
            return Read(File.ReadAllText(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new FormatException($"{file}: {exception.Message}", exception);
        }
    }

    private static string Embedded()
    {
        using var stream = typeof(PlatformCatalogue).Assembly.GetManifestResourceStream("platforms.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
