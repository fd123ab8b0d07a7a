using System.Text.Encodings.Web;

namespace MesoNet.IAaS.Kubernetes.Serialization;

/// <summary>
/// Escapes what JSON demands and nothing else. The framework's own encoders write an emoji as two escaped surrogates, which is good JSON,
/// but the API server reads server-side apply bodies as YAML, and refuses it: one emoji in a course's title, and no apply works.
/// </summary>
internal sealed class PlainJsonEncoder : JavaScriptEncoder
{
    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\' or >= 0x7F and <= 0x9F;

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < textLength && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i]) || WillEncode(text[i])) return i;
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var escaped = unicodeScalar is '"' or '\\' ? $"\\{(char)unicodeScalar}" : $"\\u{unicodeScalar:x4}";
        numberOfCharactersWritten = 0;
        if (!escaped.TryCopyTo(new Span<char>(buffer, bufferLength))) return false;
        numberOfCharactersWritten = escaped.Length;
        return true;
    }
}
