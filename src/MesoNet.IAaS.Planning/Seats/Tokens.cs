using System.Security.Cryptography;
using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>
/// The Jupyter tokens of a course, and its reader's: one Secret with an entry for each. Each is derived from a key that is made once and never changed, in a
/// Secret of its own; so a stale view of the cluster can't give a running seat another token.
/// </summary>
public static class Tokens
{
    /// <summary>The component that labels name for the Secrets of tokens.</summary>
    public const string Component = "tokens";

    /// <summary>The entry of the course's reader; no seat has such a name.</summary>
    public const string ReaderEntry = "_reader";

    private const string KeyEntry = "key";

    /// <summary>The name of the Secret of a course's tokens: an entry per seat, by the seat's name, and one for the reader.</summary>
    public static string SecretName(string environment) => $"{environment}-tokens";

    internal static string KeySecretName(string environment) => $"{environment}-token-key";

    /// <summary>The key, where the course has none yet.</summary>
    internal static IEnumerable<KubernetesObject> CreateKey(Course course, ObservedEnvironment observed)
    {
        // One that is there, also a predecessor's that is about to go, keeps another from being made.
        if (Find(observed, KeySecretName(course.Name)) is { } existing && (course.IsOfPredecessor(existing) || Key(course, observed) is not null)) yield break;
        yield return new Secret
        {
            Metadata = course.Owned(KeySecretName(course.Name), Component),
            Type = "Opaque",
            Data = new Dictionary<string, byte[]> { [KeyEntry] = observed.Entropy.ToArray() },
        };
    }

    /// <summary>The tokens of the current roster, once there is a key, where the cluster has others.</summary>
    internal static IEnumerable<KubernetesObject> Apply(Course course, ObservedEnvironment observed)
    {
        if (Key(course, observed) is not { } key) yield break;
        var wanted = new Secret
        {
            Metadata = course.Owned(SecretName(course.Name), Component),
            Type = "Opaque",
            Data = course.Students.Select(student => student.SeatName).Append(ReaderEntry).ToDictionary(entry => entry, entry => Token(key, entry), StringComparer.Ordinal),
        };
        if (Find(observed, SecretName(course.Name)) is not { } existing || (!course.IsOfPredecessor(existing) && !IsAsWanted(existing, wanted))) yield return wanted;
    }

    /// <summary>Whether every seat's token is in the cluster, so that a pod can be given it.</summary>
    internal static bool AreReady(Course course, ObservedEnvironment observed) =>
        FindOwn(course, observed, SecretName(course.Name))?.Data is { } data
        && course.Students.All(student => data.ContainsKey(student.SeatName));

    /// <summary>Whether the reader's token is.</summary>
    internal static bool HasReaders(Course course, ObservedEnvironment observed) => FindOwn(course, observed, SecretName(course.Name))?.Data?.ContainsKey(ReaderEntry) == true;

    private static byte[]? Key(Course course, ObservedEnvironment observed) =>
        FindOwn(course, observed, KeySecretName(course.Name))?.Data?.GetValueOrDefault(KeyEntry);

    private static Secret? FindOwn(Course course, ObservedEnvironment observed, string name) =>
        Find(observed, name) is { } secret && !course.IsOfPredecessor(secret) ? secret : null;

    private static Secret? Find(ObservedEnvironment observed, string name) => observed.Secrets.FirstOrDefault(secret => secret.Metadata.Name == name);

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
