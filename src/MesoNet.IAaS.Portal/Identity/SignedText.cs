using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MesoNet.IAaS.Portal.Identity;

/// <summary>
/// Short texts that only the portal can have written: links, tickets and passes. HMAC-SHA-256 of RFC 2104, cut to 128 bits so that a link fits a QR
/// code; each purpose has a key of its own, derived by HKDF (RFC 5869), so that none can be used for another.
/// </summary>
/// <param name="siteKey">The site's key: 32 random bytes.</param>
/// <param name="purpose">What the texts are for.</param>
internal sealed class SignedText(byte[] siteKey, string purpose)
{
    private const int MacLength = 16;

    // Nothing that is signed here is longer.
    private const int Longest = 2_000;
    private readonly byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, siteKey, 32, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>The text with its signature, of characters that need no encoding in a URL or a cookie.</summary>
    public string Sign(string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        Span<byte> all = stackalloc byte[content.Length + MacLength];
        Mac(content, all[..MacLength]);
        content.CopyTo(all[MacLength..]);
        return Base64Url.EncodeToString(all);
    }

    /// <summary>The text that was signed, or null where it was not signed for this purpose with this key.</summary>
    public string? Read(string? signed)
    {
        if (signed is null || signed.Length is 0 or > Longest || !Base64Url.IsValid(signed)) return null;
        var all = Base64Url.DecodeFromChars(signed);
        if (all.Length <= MacLength) return null;
        Span<byte> expected = stackalloc byte[MacLength];
        Mac(all.AsSpan(MacLength), expected);
        return CryptographicOperations.FixedTimeEquals(expected, all.AsSpan(0, MacLength)) ? Encoding.UTF8.GetString(all, MacLength, all.Length - MacLength) : null;
    }

    /// <summary>What a text says, whoever wrote it: to learn whose key it should be read with.</summary>
    public static string? ReadUnverified(string? signed)
    {
        if (signed is null || signed.Length is 0 or > Longest || !Base64Url.IsValid(signed)) return null;
        var all = Base64Url.DecodeFromChars(signed);
        return all.Length > MacLength ? Encoding.UTF8.GetString(all, MacLength, all.Length - MacLength) : null;
    }

    private void Mac(ReadOnlySpan<byte> content, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, content, whole);
        whole[..MacLength].CopyTo(mac);
    }
}
