using System.Security.Cryptography;
using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Workplaces;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>
/// The Jupyter tokens of a workplace, and a course's reader's: one Secret with an entry for each. Each is derived from a key that is made once and never changed, in a
/// Secret of its own; so a stale view of the cluster can't give a running seat another token.
/// </summary>
public static class Tokens
{
    /// <summary>The component that labels name for the Secrets of tokens.</summary>
    public const string Component = "tokens";

    /// <summary>The entry of the course's reader; no seat has such a name.</summary>
    public const string ReaderEntry = "_reader";

    private const string KeyEntry = "key";

    /// <summary>The name of the Secret of a workplace's tokens: an entry per seat, by the seat's name, and for a course one for the reader.</summary>
    public static string SecretName(string workplace) => $"{workplace}-tokens";

    internal static string KeySecretName(string workplace) => $"{workplace}-token-key";

    /// <summary>The key, where the workplace has none yet.</summary>
    internal static IEnumerable<KubernetesObject> CreateKey(Workplace workplace, ObservedWorkplace observed)
    {
        // One that is there, also a predecessor's that is about to go, keeps another from being made.
        if (Find(observed, KeySecretName(workplace.Name)) is { } existing && (workplace.IsOfPredecessor(existing) || Key(workplace, observed) is not null)) yield break;
        yield return new Secret
        {
            Metadata = workplace.Owned(KeySecretName(workplace.Name), Component),
            Type = "Opaque",
            Data = new Dictionary<string, byte[]> { [KeyEntry] = observed.Entropy.ToArray() },
        };
    }

    /// <summary>The tokens of the current roster, once there is a key, where the cluster has others.</summary>
    internal static IEnumerable<KubernetesObject> Apply(Workplace workplace, ObservedWorkplace observed)
    {
        if (Key(workplace, observed) is not { } key) yield break;
        var wanted = new Secret
        {
            Metadata = workplace.Owned(SecretName(workplace.Name), Component),
            Type = "Opaque",
            Data = workplace.TokenNames.ToDictionary(entry => entry, entry => Token(key, entry), StringComparer.Ordinal),
        };
        if (Find(observed, SecretName(workplace.Name)) is not { } existing || (!workplace.IsOfPredecessor(existing) && !IsAsWanted(existing, wanted))) yield return wanted;
    }

    /// <summary>Whether every seat's token is in the cluster, so that a pod can be given it.</summary>
    internal static bool AreReady(Workplace workplace, ObservedWorkplace observed) =>
        FindOwn(workplace, observed, SecretName(workplace.Name))?.Data is { } data
        && workplace.SeatNames.All(data.ContainsKey);

    /// <summary>Whether the reader's token is.</summary>
    internal static bool HasReaders(Workplace workplace, ObservedWorkplace observed) => FindOwn(workplace, observed, SecretName(workplace.Name))?.Data?.ContainsKey(ReaderEntry) == true;

    private static byte[]? Key(Workplace workplace, ObservedWorkplace observed) =>
        FindOwn(workplace, observed, KeySecretName(workplace.Name))?.Data?.GetValueOrDefault(KeyEntry);

    private static Secret? FindOwn(Workplace workplace, ObservedWorkplace observed, string name) =>
        Find(observed, name) is { } secret && !workplace.IsOfPredecessor(secret) ? secret : null;

    private static Secret? Find(ObservedWorkplace observed, string name) => observed.Secrets.FirstOrDefault(secret => secret.Metadata.Name == name);

    // An entry per student, looked at in each pass: compared as they are, not by way of JSON as the course's few small objects.
    private static bool IsAsWanted(Secret existing, Secret wanted) =>
        existing.Type == wanted.Type
        && wanted.Metadata.Labels!.All(label => existing.Metadata.Label(label.Key) == label.Value)
        && existing.Metadata.OwnerReferences is [{ Controller: true } owner] && owner.Uid == wanted.Metadata.OwnerReferences![0].Uid
        && existing.Data is { } data && data.Count == wanted.Data!.Count
        && wanted.Data.All(entry => data.TryGetValue(entry.Key, out var value) && value.AsSpan().SequenceEqual(entry.Value));

    private static byte[] Token(byte[] key, string entry)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(entry), hash);
        var text = new byte[hash.Length * 2];
        Convert.TryToHexStringLower(hash, text, out _);
        return text;
    }
}
