using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>The public keys of a provider (RFC 7517): RSA for RS256, the curve P-256 for ES256. Others are passed over.</summary>
internal sealed class SigningKeys
{
    // What nobody should sign with any more.
    private const int ShortestRsa = 2048;
    private readonly IReadOnlyList<Key> keys;

    private SigningKeys(IReadOnlyList<Key> keys) => this.keys = keys;

    /// <summary>No keys.</summary>
    public static SigningKeys None { get; } = new([]);

    /// <summary>Reads the provider's list of keys.</summary>
    public static SigningKeys Read(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array) return None;
        return new([.. list.EnumerateArray().Where(key => key.Text("use") is null or "sig").Select(ReadOne).OfType<Key>()]);
    }

    /// <summary>Whether there is a key that a signature of that algorithm may have been made with.</summary>
    public bool Have(string algorithm, string? id) => Candidates(algorithm, id).Any();

    /// <summary>Whether one of the keys signed some bytes.</summary>
    /// <param name="algorithm">RS256 or ES256; nothing else holds, "none" least of all.</param>
    /// <param name="id">The key's name, as the token has it.</param>
    /// <param name="signed">The bytes.</param>
    /// <param name="signature">The signature.</param>
    public bool Verify(string algorithm, string? id, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        foreach (var key in Candidates(algorithm, id))
        {
            if (key.Verify(signed, signature)) return true;
        }

        return false;
    }

    private IEnumerable<Key> Candidates(string algorithm, string? id) =>
        keys.Where(key => key.Algorithm == algorithm && (id is null || key.Id is null || key.Id == id));

    private static Key? ReadOne(JsonElement key)
    {
        Key? read = key.Text("kty") switch
        {
            "RSA" when Bytes(key, "n") is { } modulus && Bytes(key, "e") is { } exponent && modulus.AsSpan().TrimStart((byte)0).Length * 8 >= ShortestRsa =>
                new RsaKey(key.Text("kid"), new() { Modulus = modulus, Exponent = exponent }),
            "EC" when key.Text("crv") == "P-256" && Bytes(key, "x") is { Length: 32 } x && Bytes(key, "y") is { Length: 32 } y =>
                new EcKey(key.Text("kid"), new() { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = x, Y = y } }),
            _ => null,
        };
        // A key that is for another algorithm is for nothing else.
        return key.Text("alg") is { } algorithm && algorithm != read?.Algorithm ? null : read;
    }

    private static byte[]? Bytes(JsonElement key, string name) => key.Text(name) is { } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private abstract record Key(string? Id, string Algorithm)
    {
        public abstract bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);
    }

    // A key object is not made to be used by several threads at once; making one costs little beside a sign-in.
    private sealed record RsaKey(string? Id, RSAParameters Parameters) : Key(Id, "RS256")
    {
        public override bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
        {
            using var rsa = RSA.Create(Parameters);
            return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    private sealed record EcKey(string? Id, ECParameters Parameters) : Key(Id, "ES256")
    {
        public override bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
        {
            try
            {
                using var ec = ECDsa.Create(Parameters);
                return ec.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            }
            catch (CryptographicException)
            {
                // A point that is not on the curve.
                return false;
            }
        }
    }
}
