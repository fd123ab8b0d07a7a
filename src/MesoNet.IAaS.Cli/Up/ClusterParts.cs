using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Prerequisites;

namespace MesoNet.IAaS.Cli.Up;

/// <summary>What is built once and kept in the cache: Kubernetes' programs and the images.</summary>
internal sealed record ClusterParts(KubernetesBinaries Binaries, ContainerImage Pause, ContainerImage PyTorch)
{
    /// <summary>The sample data set, taken out of the notebook image when that was built.</summary>
    public static string DigitsArchive => Path.Combine(LocalSite.CacheFolder, "images", "digits.csv.gz");

    public static Recipes Recipes(IProgress<string> progress, TimeProvider time) =>
        new(LocalSite.CacheFolder, Path.Combine(LocalSite.RepositoryRoot, "src", "MesoNet.IAaS.LocalCluster", "Recipes"), progress, time);

    /// <summary>Takes everything from the cache; builds what is missing there.</summary>
    public static async Task<ClusterParts> PrepareAsync(IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var recipes = Recipes(progress, time);
        var images = Path.Combine(LocalSite.RepositoryRoot, "images");
        return new(
            await KubernetesBinaries.PrepareAsync(recipes, cancellationToken),
            await ContainerImage.PrepareAsync(recipes, images, "pause", ContainerImage.PauseName, cancellationToken),
            await ContainerImage.PrepareAsync(recipes, images, "pytorch", ContainerImage.PyTorchName, cancellationToken));
    }
}
