using System.Text.Json;
using MesoNet.IAaS.LocalCluster.Prerequisites;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster.Node;

/// <summary>The images that a cluster's node has; there is no registry.</summary>
/// <param name="runFolder">Where the cluster's containerd has its socket.</param>
/// <param name="folder">Where it keeps images unpacked.</param>
public sealed class ImageStore(string runFolder, string folder)
{
    private const string KubernetesNamespace = "k8s.io";

    private string ImportedPath => Path.Combine(folder, "imported.json");

    /// <summary>The socket of a cluster's containerd.</summary>
    public static string SocketIn(string runFolder) => Path.Combine(runFolder, "containerd.sock");

    /// <summary>Imports an image unless this store has it already in the same making; returns whether it had to.</summary>
    public async Task<bool> ImportAsync(ContainerImage image, CancellationToken cancellationToken)
    {
        var imported = File.Exists(ImportedPath)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(ImportedPath, cancellationToken))!
            : [];
        if (imported.GetValueOrDefault(image.Name) == image.Fingerprint) return false;
        await Command.RunAsync("ctr", ["--address", SocketIn(runFolder), "--namespace", KubernetesNamespace, "images", "import", image.Archive], cancellationToken);
        imported[image.Name] = image.Fingerprint;
        await File.WriteAllTextAsync(ImportedPath, JsonSerializer.Serialize(imported), cancellationToken);
        return true;
    }
}
