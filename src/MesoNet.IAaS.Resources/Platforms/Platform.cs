namespace MesoNet.IAaS.Resources.Platforms;

/// <summary>What a template or a workspace may name instead of an image: a language with its tools, whose image depends on the site and the devices.</summary>
public sealed record Platform
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its title.</summary>
    public required PlatformText Title { get; init; }

    /// <summary>What it holds.</summary>
    public required PlatformText Contains { get; init; }

    /// <summary>The image that a local cluster builds; null where Debian has no packages for it.</summary>
    public string? Local { get; init; }

    /// <summary>The images of a real site, in the order in which they are looked through.</summary>
    public IReadOnlyList<PlatformImage> Images { get; init; } = [];
}

/// <summary>A text in both languages.</summary>
/// <param name="Fr">In French.</param>
/// <param name="En">In English.</param>
public sealed record PlatformText(string Fr, string En);

/// <summary>An image, and where it can run.</summary>
public sealed record PlatformImage
{
    /// <summary>It is for whatever devices a template asks for.</summary>
    public const string AnyDevices = "*";

    /// <summary>Its name.</summary>
    public required string Image { get; init; }

    /// <summary>Whose devices it is for, such as nvidia.com; <see cref="AnyDevices"/> for all; null for templates without devices.</summary>
    public string? Devices { get; init; }

    /// <summary>The architectures it runs on, as the label kubernetes.io/arch names them; null where nobody knows.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }
}
