using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>
/// A kubeconfig that leads to the proxy. The authority and the token are in files beside it, so that a client in another process can
/// follow when they change.
/// </summary>
internal sealed record ProxyKubeconfig(string Path, Uri Server)
{
    public void Write(ProxyCredentials credentials)
    {
        Replace($"{Path}.ca.crt", credentials.AuthorityPem);
        Replace($"{Path}.token", credentials.Token);
        var name = System.IO.Path.GetFileName(Path);
        Replace(Path, KubernetesYaml.WriteNode(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["clusters"] = Named("cluster", new() { ["server"] = Server.GetLeftPart(UriPartial.Authority), ["certificate-authority"] = $"{name}.ca.crt" }),
            ["users"] = Named("user", new() { ["tokenFile"] = $"{name}.token" }),
            ["contexts"] = Named("context", new() { ["cluster"] = "fault-proxy", ["user"] = "fault-proxy" }),
            ["current-context"] = "fault-proxy",
        }));
    }

    private static JsonArray Named(string member, JsonObject value) => [new JsonObject { ["name"] = "fault-proxy", [member] = value }];

    // In one step: a reader finds the old file or the new one, never half of one.
    private static void Replace(string path, string text)
    {
        var fresh = $"{path}.new";
        File.WriteAllText(fresh, text);
        File.SetUnixFileMode(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(fresh, path, overwrite: true);
    }
}
