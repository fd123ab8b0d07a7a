using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Cli.Crds;

/// <summary><c>mesonet crds</c>: writes the custom resource definitions to <c>crds/</c>.</summary>
internal static class CrdsCommand
{
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(LocalSite.RepositoryRoot, "crds");
        Directory.CreateDirectory(folder);
        foreach (var definition in CustomResourceDefinitions.Generate())
        {
            var path = Path.Combine(folder, $"{definition.Metadata.Name}.yaml");
            await File.WriteAllTextAsync(path, CustomResourceDefinitions.ToYaml(definition), cancellationToken);
            Console.WriteLine(Path.GetRelativePath(LocalSite.RepositoryRoot, path));
        }

        return 0;
    }
}
