using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Cli.Up;

/// <summary>Installs MesoNet in a cluster: the custom resources, the priority classes and the operator's rights.</summary>
internal static class Installation
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Creates or updates everything, and waits until the API server serves the custom resources.</summary>
    public static async Task ApplyAsync(KubernetesClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        await ApplyDefinitionsAsync(client, time, cancellationToken);
        foreach (var file in new[] { "operator-rbac.yaml", "priority-classes.yaml", "portal-rbac.yaml" })
        {
            var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Access", file), cancellationToken);
            foreach (var manifest in KubernetesYaml.ReadDocuments(text)) await client.ApplyManifestAsync(manifest, "mesonet-up", cancellationToken);
        }
    }

    /// <summary>Creates or updates the custom resource definitions.</summary>
    public static async Task ApplyDefinitionsAsync(KubernetesClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        var definitions = CustomResourceDefinitions.Generate();
        foreach (var definition in definitions)
        {
            // Not by server-side apply: Kubernetes 1.20 refuses there what it does not know yet (CEL rules), and drops it otherwise.
            if (await client.FindAsync<CustomResourceDefinition>(definition.Key, cancellationToken) is null) await client.CreateAsync(definition, cancellationToken);
            else await client.MergePatchAsync<CustomResourceDefinition>(definition.Key, new() { ["spec"] = definition.Spec!.DeepClone() }, cancellationToken);
        }

        var started = time.GetTimestamp();
        foreach (var definition in definitions)
        {
            while ((await client.GetAsync<CustomResourceDefinition>(definition.Key, cancellationToken)).Status?.Conditions?.Any(
                condition => condition is { Type: "Established", Status: "True" }) != true)
            {
                if (time.GetElapsedTime(started) > Patience) throw new TimeoutException($"The API server does not serve {definition.Metadata.Name} after {Patience.TotalSeconds:0} s.");
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
            }
        }
    }
}
