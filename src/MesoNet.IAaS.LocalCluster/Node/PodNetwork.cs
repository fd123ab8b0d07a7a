using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster.Node;

/// <summary>
/// The pods' network on this machine: a bridge with a /24 of its own. Pods reach each other, the host and, where the kernel can
/// masquerade, the outside. Network policies are not enforced here: the bridge plugin knows none.
/// </summary>
/// <param name="Index">Tells the networks of several clusters apart, 0 to 254.</param>
public sealed record PodNetwork(int Index)
{
    /// <summary>The name under which pods find the course repositories.</summary>
    public const string GitHost = "git.mesonet.test";

    /// <summary>The bridge's interface name.</summary>
    public string Bridge => $"mesonet{Index}";

    /// <summary>The pods' addresses.</summary>
    public string Subnet => $"10.207.{Index}.0/24";

    /// <summary>The host's address on the bridge: DNS and git answer there.</summary>
    public string Gateway => $"10.207.{Index}.1";

    /// <summary>Makes the bridge before any pod, so that DNS and git can listen on its address.</summary>
    internal async Task CreateBridgeAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists($"/sys/class/net/{Bridge}"))
        {
            // With a hardware address of its own: otherwise a bridge takes the lowest of its ports', and each pod that comes or goes may change it. What
            // other pods then send to the host goes astray until they ask for it anew, half a minute later.
            await Command.RunAsync("ip", ["link", "add", Bridge, "address", $"02:6d:65:73:6f:{Index:x2}", "type", "bridge"], cancellationToken);
            await Command.RunAsync("ip", ["address", "add", $"{Gateway}/24", "dev", Bridge], cancellationToken);
        }

        await Command.RunAsync("ip", ["link", "set", Bridge, "up"], cancellationToken);
    }

    /// <summary>
    /// Removes the bridge, and the NAT rules that pods left which were not ended in order. Their network namespaces go with the cluster's <see cref="MountNamespace"/>.
    /// </summary>
    internal async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await RemoveNatRulesAsync(cancellationToken);
        await Command.TryRunAsync("ip", ["link", "delete", Bridge], cancellationToken);
    }

    // The bridge plugin marks its rules with the network's name. Each is deleted by what it says, not by its number: another cluster's pods come and go meanwhile.
    private async Task RemoveNatRulesAsync(CancellationToken cancellationToken)
    {
        const string append = "-A ";
        var rules = await Command.TryRunAsync("iptables", ["-w", "-t", "nat", "-S", "POSTROUTING"], cancellationToken);
        foreach (var rule in rules.Output.Split('\n').Where(line => line.StartsWith(append, StringComparison.Ordinal) && line.Contains($"name: \\\"{Bridge}\\\"", StringComparison.Ordinal)))
        {
            // As iptables prints it, it is to be read by a shell.
            await Command.TryRunAsync("sh", ["-c", $"iptables -w -t nat -D {rule[append.Length..]}"], cancellationToken);
            var chain = rule.Split(' ')[^1];
            await Command.TryRunAsync("iptables", ["-w", "-t", "nat", "-F", chain], cancellationToken);
            await Command.TryRunAsync("iptables", ["-w", "-t", "nat", "-X", chain], cancellationToken);
        }
    }

    /// <summary>Writes the CNI configuration that containerd reads.</summary>
    internal void WriteCniConfiguration(string folder, string stateFolder, bool masquerade)
    {
        Directory.CreateDirectory(folder);
        var configuration = new JsonObject
        {
            ["cniVersion"] = "0.4.0",
            ["name"] = Bridge,
            ["plugins"] = new JsonArray(new JsonObject
            {
                ["type"] = "bridge",
                ["bridge"] = Bridge,
                ["isGateway"] = true,
                ["ipMasq"] = masquerade,
                ["hairpinMode"] = true,
                ["ipam"] = new JsonObject
                {
                    ["type"] = "host-local",
                    ["dataDir"] = Path.Combine(stateFolder, "addresses"),
                    ["ranges"] = new JsonArray(new JsonArray(new JsonObject { ["subnet"] = Subnet })),
                    ["routes"] = new JsonArray(new JsonObject { ["dst"] = "0.0.0.0/0" }),
                },
            }),
        };
        File.WriteAllText(Path.Combine(folder, "10-mesonet.conflist"), configuration.ToJsonString());
    }

    /// <summary>Whether the kernel can translate addresses, which pods need to reach beyond this machine.</summary>
    internal static async Task<bool> CanMasqueradeAsync(CancellationToken cancellationToken) =>
        (await Command.TryRunAsync("iptables", ["-w", "-t", "nat", "-L", "-n"], cancellationToken)).ExitCode == 0;

    /// <summary>DNS for pods: the repositories' name, and whatever the host resolves.</summary>
    internal ProcessSpec Dns(LocalClusterOptions options) => new("dnsmasq", "dnsmasq",
        [
            "--keep-in-foreground", "--conf-file=/dev/null", "--log-facility=-", "--pid-file=", "--user=root", "--no-hosts", "--bind-interfaces",
            $"--listen-address={Gateway}", "--except-interface=lo", $"--address=/{GitHost}/{Gateway}",
        ],
        options.LogPath("dnsmasq"));

    /// <summary>A read-only git server for the courses' repositories.</summary>
    internal ProcessSpec Git(LocalClusterOptions options) => new("git-daemon", "/usr/lib/git-core/git-daemon",
        [
            $"--listen={Gateway}", "--reuseaddr", "--export-all", "--informative-errors", "--verbose",
            $"--base-path={options.Node!.RepositoryFolder}", options.Node.RepositoryFolder!,
        ],
        options.LogPath("git-daemon"));
}
