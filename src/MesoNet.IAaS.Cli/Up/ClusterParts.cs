using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Prerequisites;
using MesoNet.IAaS.Resources.Platforms;

namespace MesoNet.IAaS.Cli.Up;

/// <summary>What is built once and kept in the cache: Kubernetes' programs and the images that every local cluster has.</summary>
internal sealed record ClusterParts(KubernetesBinaries Binaries, ContainerImage Pause, ContainerImage PyTorch)
{
    /// <summary>This program's version, by which the chart knows its images.</summary>
    public static string Version { get; } = typeof(ClusterParts).Assembly.GetName().Version!.ToString(3);

    /// <summary>The platform of the sample course that every local cluster has.</summary>
    public const string FirstPlatform = "pytorch";

    /// <summary>The platforms that can be built here.</summary>
    public static IReadOnlyList<string> Platforms { get; } = [.. PlatformCatalogue.BuiltIn.Platforms.Where(platform => platform.Local is not null).Select(platform => platform.Name)];

    /// <summary>The sample data set, taken out of the notebook image when that was built.</summary>
    public static string DigitsArchive => Path.Combine(LocalSite.CacheFolder, "images", "digits.csv.gz");

    private static string ImagesFolder => Path.Combine(LocalSite.RepositoryRoot, "images");

    public static Recipes Recipes(IProgress<string> progress, TimeProvider time) =>
        new(LocalSite.CacheFolder, Path.Combine(LocalSite.RepositoryRoot, "src", "MesoNet.IAaS.LocalCluster", "Recipes"), progress, time);

    /// <summary>Takes everything from the cache; builds what is missing there.</summary>
    public static async Task<ClusterParts> PrepareAsync(IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var recipes = Recipes(progress, time);
        return new(
            await KubernetesBinaries.PrepareAsync(recipes, cancellationToken),
            await ContainerImage.PrepareAsync(recipes, ImagesFolder, "pause", ContainerImage.PauseName, [], cancellationToken),
            await PrepareAsync(recipes, FirstPlatform, cancellationToken));
    }

    /// <summary>Takes the image of a platform from the cache; builds it where it is missing there.</summary>
    public static Task<ContainerImage> PreparePlatformAsync(string platform, IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken) =>
        PrepareAsync(Recipes(progress, time), platform, cancellationToken);

    /// <summary>Takes the images that the chart installs from the cache; builds what is missing there: the program's, which the operator and the portal run, and the gateway's.</summary>
    public static async Task<IReadOnlyList<ContainerImage>> PrepareInstallationAsync(IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var recipes = Recipes(progress, time);
        return
        [
            await ContainerImage.PrepareProgramAsync(recipes, ImagesFolder, $"localhost/mesonet/mesonet:{Version}", AppContext.BaseDirectory.TrimEnd('/'), cancellationToken),
            await ContainerImage.PrepareAsync(recipes, ImagesFolder, "gateway", $"localhost/mesonet/gateway:{Version}", ["debian.sh"], cancellationToken),
        ];
    }

    private static Task<ContainerImage> PrepareAsync(Recipes recipes, string platform, CancellationToken cancellationToken) =>
        ContainerImage.PrepareNotebookAsync(recipes, ImagesFolder, platform, PlatformCatalogue.BuiltIn.Find(platform)!.Local!, cancellationToken);
}
