namespace MesoNet.IAaS.LocalCluster.Prerequisites;

/// <summary>A container image as a docker-archive in the cache.</summary>
/// <param name="Name">Its name and tag.</param>
/// <param name="Archive">The archive.</param>
/// <param name="Fingerprint">A hash of what it was made from.</param>
public sealed record ContainerImage(string Name, string Archive, string Fingerprint)
{
    /// <summary>The sandbox of each pod.</summary>
    public const string PauseName = "localhost/mesonet/pause:1";

    /// <summary>JupyterLab with PyTorch.</summary>
    public const string PyTorchName = "localhost/mesonet/pytorch:2.6";

    /// <summary>Builds an image from <c>images/FOLDER/build.sh</c> unless the cache has it as its files now say.</summary>
    /// <param name="recipes">The cache.</param>
    /// <param name="imagesFolder">The repository's <c>images</c>.</param>
    /// <param name="folder">The image's folder in it.</param>
    /// <param name="name">The image's name and tag.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    public static async Task<ContainerImage> PrepareAsync(
        Recipes recipes, string imagesFolder, string folder, string name, CancellationToken cancellationToken)
    {
        var source = Path.Combine(imagesFolder, folder);
        var files = Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Append(Path.Combine(imagesFolder, "archive.sh"));
        var image = new ContainerImage(
            name, Path.Combine(recipes.CacheFolder, "images", $"{folder}.tar"), Recipe.FingerprintOf(files));
        await recipes.MakeAsync(
            new($"image-{folder}", Path.Combine(source, "build.sh"), image.Archive, (output, work) => [name, output, work], image.Fingerprint),
            cancellationToken);
        return image;
    }
}
