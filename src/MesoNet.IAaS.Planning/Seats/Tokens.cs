using System.Security.Cryptography;
using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>
/// The Jupyter tokens of a course: one Secret with an entry per seat. Each is derived from a key that is made once and never changed, in a
/// Secret of its own; so a stale view of the cluster can't give a running seat another token.
/// </summary>
internal static class Tokens
{
    private const string Component = "tokens";
    private const string KeyEntry = "key";

    public static string SecretName(string environment) => $"{environment}-tokens";

    public static string KeySecretName(string environment) => $"{environment}-token-key";

    /// <summary>The key, where the course has none yet.</summary>
    public static IEnumerable<KubernetesObject> CreateKey(Course course, ObservedEnvironment observed)
    {
        if (Key(course, observed) is not null) yield break;
        yield return new Secret
        {
            Metadata = course.Owned(KeySecretName(course.Name), Component),
            Type = "Opaque",
            Data = new Dictionary<string, byte[]> { [KeyEntry] = observed.Entropy.ToArray() },
        };
    }

    /// <summary>The tokens of the current roster, once there is a key.</summary>
    public static IEnumerable<KubernetesObject> Build(Course course, ObservedEnvironment observed)
    {
        if (Key(course, observed) is not { } key) yield break;
        yield return new Secret
        {
            Metadata = course.Owned(SecretName(course.Name), Component),
            Type = "Opaque",
            Data = course.Students.ToDictionary(student => student.SeatName, student => Encoding.ASCII.GetBytes(Token(key, student.SeatName)), StringComparer.Ordinal),
        };
    }

    /// <summary>Whether every seat's token is in the cluster, so that a pod can be given it.</summary>
    public static bool AreReady(Course course, ObservedEnvironment observed) =>
        observed.Secrets.FirstOrDefault(secret => secret.Metadata.Name == SecretName(course.Name))?.Data is { } data
        && course.Students.All(student => data.ContainsKey(student.SeatName));

    private static byte[]? Key(Course course, ObservedEnvironment observed) =>
        observed.Secrets.FirstOrDefault(secret => secret.Metadata.Name == KeySecretName(course.Name))?.Data?.GetValueOrDefault(KeyEntry);

    private static string Token(byte[] key, string seatName) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(seatName)));
}
