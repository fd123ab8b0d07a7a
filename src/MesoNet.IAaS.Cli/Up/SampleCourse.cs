using System.IO.Compression;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Up;

/// <summary>Sets up the sample course of a platform, <c>samples/intro-PLATFORM</c>: its git repository and its manifests, and the sample data.</summary>
internal sealed class SampleCourse(string platform)
{
    /// <summary>Where a site's nodes keep shared data; the sample's Dataset names it.</summary>
    private const string DatasetFolder = "/srv/mesonet/datasets/digits";

    private const string FieldManager = "mesonet-up";

    /// <summary>Where its environment is.</summary>
    public ObjectKey Key => new($"course-{Name}", Name);

    private string Name => $"intro-{platform}";

    private string Folder => Path.Combine(LocalSite.RepositoryRoot, "samples", Name);

    /// <summary>Makes a git repository of the course's folder, or adds a commit to it where the folder has changed.</summary>
    public async Task PublishRepositoryAsync(LocalSite site, CancellationToken cancellationToken)
    {
        var bare = Path.Combine(site.RepositoryFolder, $"{Name}.git");
        if (!Directory.Exists(bare)) await Command.RunAsync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare], cancellationToken);
        var environment = new Dictionary<string, string>
        {
            ["GIT_DIR"] = bare,
            ["GIT_WORK_TREE"] = Path.Combine(Folder, "course"),
            ["GIT_INDEX_FILE"] = Path.Combine(bare, "publish.index"),
            ["GIT_AUTHOR_NAME"] = "teacher1", ["GIT_AUTHOR_EMAIL"] = "teacher1@mesonet.test",
            ["GIT_COMMITTER_NAME"] = "teacher1", ["GIT_COMMITTER_EMAIL"] = "teacher1@mesonet.test",
        };
        await Command.RunAsync("git", ["add", "--all", "--force", "."], cancellationToken, environment: environment);
        var tree = (await Command.RunAsync("git", ["write-tree"], cancellationToken, environment: environment)).Trim();
        var head = await Command.TryRunAsync("git", ["rev-parse", "--verify", "--quiet", "refs/heads/main"], cancellationToken, environment: environment);
        string[] parent = [];
        if (head.ExitCode == 0)
        {
            var known = (await Command.RunAsync("git", ["rev-parse", "refs/heads/main^{tree}"], cancellationToken, environment: environment)).Trim();
            if (known == tree) return;
            parent = ["-p", head.Output.Trim()];
        }

        var commit = (await Command.RunAsync("git", ["commit-tree", tree, .. parent, "-m", (await ManifestsAsync("template.yaml", cancellationToken))[0]["spec"]!["title"]!.GetValue<string>()], cancellationToken, environment: environment)).Trim();
        await Command.RunAsync("git", ["update-ref", "refs/heads/main", commit], cancellationToken, environment: environment);
    }

    /// <summary>Puts scikit-learn's digits where the sample's Dataset says they are.</summary>
    public static async Task PublishDatasetAsync(CancellationToken cancellationToken)
    {
        var target = Path.Combine(DatasetFolder, "digits.csv");
        if (File.Exists(target)) return;
        Directory.CreateDirectory(DatasetFolder);
        // Complete beside its place, then there at once: other clusters of this machine read the same file.
        var temporary = $"{target}.{Environment.ProcessId}";
        await using (var packed = new GZipStream(File.OpenRead(ClusterParts.DigitsArchive), CompressionMode.Decompress))
        await using (var plain = File.Create(temporary))
            await packed.CopyToAsync(plain, cancellationToken);
        File.Move(temporary, target, overwrite: true);
    }

    /// <summary>Removes what <see cref="PublishDatasetAsync"/> made.</summary>
    public static void RemoveDataset()
    {
        if (Directory.Exists(DatasetFolder)) Directory.Delete(DatasetFolder, recursive: true);
    }

    /// <summary>Applies the manifests a teacher and an administrator would apply.</summary>
    public async Task ApplyAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        // Not each has data of its own.
        foreach (var file in new[] { "dataset.yaml", "template.yaml", "environment.yaml" }.Where(file => File.Exists(Path.Combine(Folder, file))))
        {
            foreach (var manifest in await ManifestsAsync(file, cancellationToken))
                await client.ApplyManifestAsync(manifest, FieldManager, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<JsonNode>> ManifestsAsync(string file, CancellationToken cancellationToken) =>
        KubernetesYaml.ReadDocuments(await File.ReadAllTextAsync(Path.Combine(Folder, file), cancellationToken));
}
