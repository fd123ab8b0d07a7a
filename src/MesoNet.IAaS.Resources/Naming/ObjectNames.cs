using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MesoNet.IAaS.Resources.Naming;

/// <summary>Names of Kubernetes objects from people's words: a readable slug and a short hash, so that no two logins share a name.</summary>
public static class ObjectNames
{
    private const int SlugLength = 40;
    private const int HashLength = 6;

    /// <summary>The name of a student's seat and pod: a DNS label of at most 47 characters, the same for the same login.</summary>
    /// <param name="environment">The environment's name: two environments in one namespace must not share a pod.</param>
    /// <param name="login">The login as the teacher wrote it; upper and lower case are the same person.</param>
    public static string Seat(string environment, string login)
    {
        var normalized = login.Trim().ToLowerInvariant();
        return $"{Slug(normalized)}-{Hash($"{environment}/{normalized}", HashLength)}";
    }

    /// <summary>A name that changes when any part does: a prefix and a hash of the parts.</summary>
    public static string WithHash(string prefix, params IEnumerable<string> parts) => $"{prefix}-{Hash(string.Join('\0', parts), 10)}";

    /// <summary>The first characters of a SHA-256 in lowercase hexadecimal.</summary>
    public static string Hash(string text, int length) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..length];

    /// <summary>Lowercase ASCII letters, digits and single hyphens, starting with a letter: "Élodie.Müller" becomes "elodie-muller".</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        // Half a surrogate pair can't be normalized; runes put a replacement character in its place.
        var wellFormed = string.Concat(text.EnumerateRunes());
        foreach (var character in wellFormed.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark) continue;
            if (char.IsAsciiLetterOrDigit(character)) slug.Append(char.ToLowerInvariant(character));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        var trimmed = slug.ToString().Trim('-');
        if (trimmed.Length == 0 || !char.IsAsciiLetter(trimmed[0])) trimmed = "s" + trimmed;
        return trimmed.Length <= SlugLength ? trimmed : trimmed[..SlugLength].TrimEnd('-');
    }
}
