using System.Runtime.InteropServices;

namespace MesoNet.IAaS.LocalCluster.Prerequisites;

/// <summary>A container image as a docker-archive in the cache.</summary>
/// <param name="Name">Its name and tag.</param>
/// <param name="Archive">The archive.</param>
/// <param name="Fingerprint">A hash of what it was made from.</param>
public sealed record ContainerImage(string Name, string Archive, string Fingerprint)
{
    /// <summary>The sandbox of each pod.</summary>
    public const string PauseName = "localhost/mesonet/pause:1";

    /// <summary>Builds an image from <c>images/FOLDER/build.sh</c> unless the cache has it as its files now say.</summary>
    /// <param name="recipes">The cache.</param>
    /// <param name="imagesFolder">The repository's <c>images</c>.</param>
    /// <param name="folder">The image's folder in it.</param>
    /// <param name="name">The image's name and tag.</param>
    /// <param name="shared">The scripts in <c>images</c> that its own one calls.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    public static Task<ContainerImage> PrepareAsync(Recipes recipes, string imagesFolder, string folder, string name, IEnumerable<string> shared, CancellationToken cancellationToken) =>
        MakeAsync(recipes, imagesFolder, folder, name, [.. shared.Select(script => Path.Combine(imagesFolder, script))], [], cancellationToken);

    /// <summary>The same of an image that adds to JupyterLab's layer, which all notebook images share and which is built once.</summary>
    public static async Task<ContainerImage> PrepareNotebookAsync(Recipes recipes, string imagesFolder, string folder, string name, CancellationToken cancellationToken)
    {
        var source = Path.Combine(imagesFolder, "jupyterlab");
        var files = FilesOf(source).ToList();
        var layer = Path.Combine(recipes.CacheFolder, "images", "jupyterlab-layer.tar");
        await recipes.MakeAsync(
            new("layer-jupyterlab", Path.Combine(source, "build.sh"), layer, (output, work) => [output, work], Recipe.FingerprintOf(files)), cancellationToken);
        return await MakeAsync(recipes, imagesFolder, folder, name, [.. files, Path.Combine(imagesFolder, "extend.sh")], [layer], cancellationToken);
    }

    /// <summary>The image of the operator and the portal: a published program on the .NET runtime that this process runs on.</summary>
    /// <param name="recipes">The cache.</param>
    /// <param name="imagesFolder">The repository's <c>images</c>.</param>
    /// <param name="name">The image's name and tag.</param>
    /// <param name="program">The folder of the published program.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    public static async Task<ContainerImage> PrepareProgramAsync(Recipes recipes, string imagesFolder, string name, string program, CancellationToken cancellationToken)
    {
        var source = Path.Combine(imagesFolder, "mesonet");
        // .../shared/Microsoft.NETCore.App/10.0.0/
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var layer = Path.Combine(recipes.CacheFolder, "images", "dotnet-layer.tar");
        var script = Path.Combine(source, "layer.sh");
        await recipes.MakeAsync(
            new("layer-dotnet", script, layer, (output, work) => [output, work, runtime],
                Recipe.FingerprintOf([.. FilesOf(source), Path.Combine(imagesFolder, "debian.sh"), typeof(object).Assembly.Location])),
            cancellationToken);
        return await MakeAsync(recipes, imagesFolder, "mesonet", name, [.. FilesOf(program)], [layer, program], cancellationToken);
    }

    private static async Task<ContainerImage> MakeAsync(
        Recipes recipes, string imagesFolder, string folder, string name, IReadOnlyList<string> files, IReadOnlyList<string> furtherArguments, CancellationToken cancellationToken)
    {
        var source = Path.Combine(imagesFolder, folder);
        var fingerprint = Recipe.FingerprintOf([.. FilesOf(source), .. files, Path.Combine(imagesFolder, "archive.sh")]);
        var image = new ContainerImage(name, Path.Combine(recipes.CacheFolder, "images", $"{folder}.tar"), fingerprint);
        await recipes.MakeAsync(
            new($"image-{folder}", Path.Combine(source, "build.sh"), image.Archive, (output, work) => [name, output, work, .. furtherArguments], image.Fingerprint),
            cancellationToken);
        return image;
    }

    private static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
