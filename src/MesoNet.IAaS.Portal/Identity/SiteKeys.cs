using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace MesoNet.IAaS.Portal.Identity;

/// <summary>
/// The keys that links and sessions are signed with, in a Secret of the cluster: so that they outlive the portal's process, and several portals share
/// them. Whoever may read that Secret may be anybody.
/// </summary>
internal sealed class SiteKeys : IXmlRepository
{
    /// <summary>The name of the Secret.</summary>
    public const string SecretName = "mesonet-portal-keys";

    /// <summary>The entry of the Secret that links are signed with.</summary>
    public const string LinkKey = "links";

    private const string SessionPrefix = "session-";
    private readonly KubernetesClient client;
    private readonly ObjectKey key;
    private readonly Lock gate = new();
    private Secret secret;

    private SiteKeys(KubernetesClient client, ObjectKey key, Secret secret) => (this.client, this.key, this.secret) = (client, key, secret);

    /// <summary>What links, tickets and passes are signed with.</summary>
    public byte[] ForLinks => secret.Data![LinkKey];

    /// <summary>Reads the keys, and makes them where there are none yet.</summary>
    public static async Task<SiteKeys> LoadAsync(KubernetesClient client, string @namespace, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(@namespace, SecretName);
        while (true)
        {
            var found = await client.FindAsync<Secret>(key, cancellationToken);
            if (found?.Data?.GetValueOrDefault(LinkKey) is { Length: > 0 }) return new(client, key, found);
            try
            {
                if (found is not null)
                {
                    // Made by somebody else, without it; unless another portal is faster, it is put in.
                    await client.MergePatchAsync<Secret>(
                        key, new()
                        {
                            ["metadata"] = new JsonObject { ["resourceVersion"] = found.Metadata.ResourceVersion },
                            ["data"] = new JsonObject { [LinkKey] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) },
                        }, cancellationToken);
                    continue;
                }

                await client.CreateAsync(
                    new Secret
                    {
                        Metadata = new() { Name = SecretName, Namespace = @namespace },
                        Type = "Opaque",
                        Data = new Dictionary<string, byte[]> { [LinkKey] = RandomNumberGenerator.GetBytes(32) },
                    }, cancellationToken);
            }
            catch (KubernetesApiException exception) when (exception.StatusCode == System.Net.HttpStatusCode.Conflict)
            {
                // Another portal was first: its keys are the keys.
            }
        }
    }

    /// <summary>The keys of sessions, as they are now: another portal may have made one. While the API server is away, as they were.</summary>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (gate)
        {
            try
            {
                secret = Await(() => client.GetAsync<Secret>(key, CancellationToken.None));
            }
            catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException)
            {
                // What was known stands.
            }

            return [.. SessionKeys(secret).Select(entry => XElement.Parse(Encoding.UTF8.GetString(entry.Value)))];
        }
    }

    /// <summary>Keeps a new key of sessions, unless another portal has made one since these were read: then that one is the key, and is there when they are read again.</summary>
    public void StoreElement(XElement element, string friendlyName)
    {
        var value = Convert.ToBase64String(Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)));
        lock (gate)
        {
            var known = SessionKeys(secret).Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
            while (SessionKeys(secret).All(entry => known.Contains(entry.Key)))
            {
                var patch = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["resourceVersion"] = secret.Metadata.ResourceVersion },
                    ["data"] = new JsonObject { [SessionPrefix + friendlyName] = value },
                };
                try
                {
                    secret = Await(() => client.MergePatchAsync<Secret>(key, patch, CancellationToken.None));
                    return;
                }
                catch (KubernetesApiException exception) when (exception.StatusCode == System.Net.HttpStatusCode.Conflict)
                {
                    secret = Await(() => client.GetAsync<Secret>(key, CancellationToken.None));
                }
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, byte[]>> SessionKeys(Secret secret) => (secret.Data ?? new Dictionary<string, byte[]>()).Where(entry => entry.Key.StartsWith(SessionPrefix, StringComparison.Ordinal));

#pragma warning disable VSTHRD002 // Once in a day, and the framework's interface waits.
    private static T Await<T>(Func<Task<T>> ask) => Task.Run(ask).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
}
