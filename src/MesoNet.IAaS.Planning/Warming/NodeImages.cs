using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Planning.Warming;

/// <summary>Which nodes have an image already.</summary>
public static class NodeImages
{
    /// <summary>The same node with names that all nodes share: a site's nodes have much the same images, and each tells of fifty.</summary>
    public static Node Share(Node node) => node.Status?.Images is not { } images
        ? node
        : node with { Status = node.Status with { Images = [.. images.Select(image => new NodeImage { Names = [.. (image.Names ?? []).Select(string.Intern)] })] } };

    /// <summary>Whether some of these nodes lack an image. One that tells of no images at all is not known to lack it.</summary>
    internal static bool AreLacking(string image, IEnumerable<Node> nodes)
    {
        var name = FullName(image);
        return nodes.Any(node => node.Status?.Images is { } images && !images.Any(known => known.Names?.Contains(name, StringComparer.Ordinal) == true));
    }

    /// <summary>An image's name as a node tells it: python:3.12 is docker.io/library/python:3.12.</summary>
    internal static string FullName(string image)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : image[..slash];
        var hasRegistry = first == "localhost" || first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal);
        var full = hasRegistry ? image : slash < 0 ? $"docker.io/library/{image}" : $"docker.io/{image}";
        return full.Contains('@', StringComparison.Ordinal) || full[full.LastIndexOf('/')..].Contains(':', StringComparison.Ordinal) ? full : $"{full}:latest";
    }
}
