using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster.Prerequisites;

/// <summary>
/// The programs of a Kubernetes: a folder of <c>kube-apiserver</c>, <c>kube-controller-manager</c>, <c>kube-scheduler</c>, <c>kubelet</c>
/// and perhaps <c>etcd</c>, as envtest lays it out.
/// </summary>
/// <param name="Folder">Where they are.</param>
/// <param name="Minor">The minor version of Kubernetes 1, read from the API server itself.</param>
public sealed record KubernetesBinaries(string Folder, int Minor)
{
    /// <summary>The API server.</summary>
    public string ApiServer => Path.Combine(Folder, "kube-apiserver");

    /// <summary>The controller manager.</summary>
    public string ControllerManager => Path.Combine(Folder, "kube-controller-manager");

    /// <summary>The scheduler.</summary>
    public string Scheduler => Path.Combine(Folder, "kube-scheduler");

    /// <summary>The kubelet.</summary>
    public string Kubelet => Path.Combine(Folder, "kubelet");

    /// <summary>etcd: the folder's, else the machine's.</summary>
    public string Etcd => File.Exists(Path.Combine(Folder, "etcd")) ? Path.Combine(Folder, "etcd") : "etcd";

    /// <summary>
    /// The binaries of <c>KUBEBUILDER_ASSETS</c> where that is set, else those of the cache, built from Debian's source package where
    /// they are missing (about four minutes on two cores).
    /// </summary>
    public static async Task<KubernetesBinaries> PrepareAsync(Recipes recipes, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } assets) return await InspectAsync(assets, cancellationToken);
        var folder = BuiltFolder(recipes.CacheFolder);
        var script = Path.Combine(recipes.RecipeFolder, "kubernetes.sh");
        await recipes.MakeAsync(
            new("kubernetes", script, Path.Combine(folder, "kube-apiserver"), (_, work) => [folder, work], Recipe.FingerprintOf([script])),
            cancellationToken);
        return await InspectAsync(folder, cancellationToken);
    }

    /// <summary>The kubectl to use, without preparing anything: that of <c>KUBEBUILDER_ASSETS</c> or of the cache, else the one on the PATH.</summary>
    public static string KubectlFor(string cacheFolder)
    {
        var folder = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } assets ? assets : BuiltFolder(cacheFolder);
        var path = Path.Combine(folder, "kubectl");
        // A folder of envtest's may lack it.
        return File.Exists(path) ? path : "kubectl";
    }

    private static string BuiltFolder(string cacheFolder) => Path.Combine(cacheFolder, "kubernetes-1.20.2");

    private static async Task<KubernetesBinaries> InspectAsync(string folder, CancellationToken cancellationToken)
    {
        var server = Path.Combine(folder, "kube-apiserver");
        if (!File.Exists(server)) throw new FileNotFoundException($"There is no kube-apiserver in {folder}. KUBEBUILDER_ASSETS must name a folder that has one.");
        var version = await Command.RunAsync(server, ["--version"], cancellationToken);
        // "Kubernetes v1.20.2"
        var minor = version.Split('.') is [_, var second, ..] && int.TryParse(second, out var number)
            ? number
            : throw new InvalidOperationException($"{server} calls itself \"{version.Trim()}\", which is no version.");
        return new(folder, minor);
    }
}
