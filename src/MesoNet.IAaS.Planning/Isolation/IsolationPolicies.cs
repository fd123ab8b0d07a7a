using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Isolation;

/// <summary>Who may talk to a workplace's pods and to whom they may talk: only the gateway comes in, and no metadata address is reached.</summary>
internal static class IsolationPolicies
{
    /// <summary>Where clouds answer questions about a machine, its credentials included.</summary>
    private const string LinkLocalAddresses = "169.254.0.0/16";

    /// <summary>The same on IPv6, with the one address that a large cloud uses outside that range.</summary>
    private static readonly string[] LinkLocalAddressesOfIPv6 = ["fe80::/10", "fd00:ec2::254/128"];

    public static IEnumerable<KubernetesObject> Build(Workplace workplace)
    {
        yield return new NetworkPolicy
        {
            Metadata = workplace.Owned($"{workplace.Name}-isolation", "isolation"),
            Spec = new()
            {
                PodSelector = new() { MatchLabels = new Dictionary<string, string> { [workplace.Label] = workplace.Name } },
                PolicyTypes = ["Ingress", "Egress"],
                Ingress =
                [
                    new() { From = [new() { NamespaceSelector = new() { MatchLabels = new Dictionary<string, string> { [Labels.Gateway] = "true" } } }] },
                ],
                Egress =
                [
                    new()
                    {
                        To =
                        [
                            new() { IpBlock = new() { Cidr = "0.0.0.0/0", Except = [LinkLocalAddresses] } },
                            new() { IpBlock = new() { Cidr = "::/0", Except = LinkLocalAddressesOfIPv6 } },
                        ],
                    },
                    // The cluster's DNS is a pod, and some networks match no pod by its address.
                    new()
                    {
                        To = [new() { NamespaceSelector = new() }],
                        Ports = [new() { Protocol = "UDP", Port = 53 }, new() { Protocol = "TCP", Port = 53 }],
                    },
                ],
            },
        };
    }
}
