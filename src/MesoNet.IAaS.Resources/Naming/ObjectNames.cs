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

    /// <summary>The name of the pod and the home of a research workspace: a DNS label of at most 47 characters, another for each namespace.</summary>
    public static string Workspace(string @namespace, string name) => $"{Slug(name)}-{Hash($"{@namespace}/{name}", HashLength)}";

    /// <summary>A name that changes when any part does: a prefix and a hash of the parts.</summary>
    public static string WithHash(string prefix, params IEnumerable<string> parts) => $"{prefix}-{Hash(string.Join('\0', parts), 10)}";

    /// <summary>The first characters of a SHA-256 in lowercase hexadecimal.</summary>
    public static string Hash(string text, int length)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToHexStringLower(hash[..((length + 1) / 2)])[..length];
    }

    /// <summary>Lowercase ASCII letters, digits and single hyphens, starting with a letter: "Élodie.Müller" becomes "elodie-muller".</summary>
    public static string Slug(string text)
    {
        if (IsSlug(text)) return text;
        var slug = new StringBuilder();
        foreach (var letter in text)
        {
            var plain = WithoutAccent(char.ToLowerInvariant(letter));
            if (plain.Length > 0) slug.Append(plain);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        var trimmed = slug.ToString().Trim('-');
        if (trimmed.Length == 0 || !char.IsAsciiLetter(trimmed[0])) trimmed = "s" + trimmed;
        return trimmed.Length <= SlugLength ? trimmed : trimmed[..SlugLength].TrimEnd('-');
    }

    // As most logins are.
    private static bool IsSlug(string text) =>
        text.Length is > 0 and <= SlugLength && char.IsAsciiLetterLower(text[0]) && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter));

    // The accented letters of western European names. Unicode's own decomposition would need ICU, which a small container lacks.
    private static string WithoutAccent(char letter) => letter switch
    {
        >= 'a' and <= 'z' or >= '0' and <= '9' => letter.ToString(),
        'à' or 'á' or 'â' or 'ã' or 'ä' or 'å' => "a",
        'ç' => "c",
        'è' or 'é' or 'ê' or 'ë' => "e",
        'ì' or 'í' or 'î' or 'ï' => "i",
        'ñ' => "n",
        'ò' or 'ó' or 'ô' or 'õ' or 'ö' or 'ø' => "o",
        'ù' or 'ú' or 'û' or 'ü' => "u",
        'ý' or 'ÿ' => "y",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        _ => "",
    };
}
