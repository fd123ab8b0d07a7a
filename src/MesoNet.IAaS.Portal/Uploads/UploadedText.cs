using System.Text;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Uploads;

/// <summary>The text of a file that somebody uploaded, or why it has none.</summary>
/// <param name="Text">The text; null where it cannot be read.</param>
/// <param name="Problem">What to do about it; null where it could be read.</param>
internal sealed record UploadedText(string? Text, Sentence? Problem)
{
    /// <summary>More than the longest roster and the longest calendar of a year.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private static readonly (byte[] Start, string French, string English)[] OtherFormats =
    [
        ([(byte)'P', (byte)'K', 3, 4], "C’est un classeur (Excel, LibreOffice) ou une archive. Enregistrez la feuille au format CSV, puis choisissez ce fichier-là.",
            "This is a workbook (Excel, LibreOffice) or an archive. Save the sheet as CSV, and choose that file."),
        ([0xD0, 0xCF, 0x11, 0xE0], "C’est un ancien classeur Excel. Enregistrez la feuille au format CSV, puis choisissez ce fichier-là.",
            "This is an old Excel workbook. Save the sheet as CSV, and choose that file."),
        ([(byte)'%', (byte)'P', (byte)'D', (byte)'F'], "C’est un PDF, dont rien ne peut être lu sûrement. Demandez l’export au format CSV.",
            "This is a PDF, which cannot be read reliably. Ask for the export as CSV."),
    ];

    /// <summary>Reads a file: UTF-8, UTF-16 with its mark, and else what Windows calls ANSI, as Excel in France writes CSV.</summary>
    public static UploadedText Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
        {
            return new(null, new(
                $"Le fichier est trop gros\u00a0: {bytes.Length / 1024 / 1024}\u00a0Mo, et {MostBytes / 1024 / 1024}\u00a0Mo au plus sont lus. Gardez-en seulement les lignes utiles.",
                $"The file is too big: {bytes.Length / 1024 / 1024} MB, and at most {MostBytes / 1024 / 1024} MB are read. Keep only the lines that are needed."));
        }

        foreach (var (start, french, english) in OtherFormats)
        {
            if (bytes.StartsWith(start)) return new(null, new(french, english));
        }

        return Checked(Decoded(bytes));
    }

    /// <summary>A text that was pasted: the same limits.</summary>
    public static UploadedText Checked(string text)
    {
        if (text.Length > MostBytes)
        {
            return new(null, new(
                $"Le texte est trop long\u00a0: {MostBytes / 1024 / 1024} millions de caractères au plus sont lus. Gardez-en seulement les lignes utiles.",
                $"The text is too long: at most {MostBytes / 1024 / 1024} million characters are read. Keep only the lines that are needed."));
        }

        return text.Any(IsBinary)
            ? new(null, new(
                "Ce n’est pas du texte. Choisissez un fichier CSV ou un fichier de texte, un identifiant par ligne.",
                "This is no text. Choose a CSV file or a text file."))
            : new(text, null);
    }

    private static string Decoded(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith<byte>([0xFF, 0xFE])) return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes.StartsWith<byte>([0xFE, 0xFF])) return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        if (bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF])) bytes = bytes[3..];
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Windows1252.GetString(bytes);
        }
    }

    // Among them the five bytes to which Windows-1252 gives no letter: they come out as control characters.
    private static bool IsBinary(char letter) => letter == '\uFFFD' || (char.IsControl(letter) && letter is not ('\t' or '\r' or '\n' or '\f' or '\u0085'));
}
