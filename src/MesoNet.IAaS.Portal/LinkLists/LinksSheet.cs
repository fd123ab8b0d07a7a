using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using MesoNet.IAaS.Portal.Texts;
using QRCoder;

namespace MesoNet.IAaS.Portal.LinkLists;

/// <summary>The links of a course as a page to print and cut: eight students on a sheet of A4, each with the link as a QR code. The page needs nothing else.</summary>
internal static class LinksSheet
{
    private const int PerSheet = 8;

    private const string Style = """
        @page { size: A4; margin: 8mm; }
        * { box-sizing: border-box; }
        body { margin: 0; font: 10.5pt/1.35 system-ui, "Liberation Sans", Arial, sans-serif; color: #000; background: #fff; }
        .sheet { display: grid; grid-template-columns: 1fr 1fr; grid-template-rows: repeat(4, 69mm); width: 194mm; margin: 0 auto; break-after: page; }
        .sheet:last-of-type { break-after: auto; }
        .card { display: grid; grid-template-columns: 40mm 1fr; gap: 5mm; align-content: center; padding: 4mm 5mm; overflow: hidden; border: 0.3mm dashed #777; margin: 0 -0.3mm -0.3mm 0; }
        .card svg { display: block; width: 40mm; height: 40mm; background: #fff; shape-rendering: crispEdges; }
        .card path { stroke: #000; }
        .card h2 { margin: 0 0 1mm; font-size: 13pt; overflow-wrap: anywhere; }
        .card p { margin: 0 0 1.5mm; overflow-wrap: anywhere; }
        .course { font-weight: 600; }
        .link { grid-column: 1 / -1; font-size: 7pt; font-family: ui-monospace, "Liberation Mono", monospace; overflow-wrap: anywhere; }
        .advice { max-width: 194mm; margin: 4mm auto; }
        @media print { .advice { display: none; } }
        """;

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.BasicLatin, UnicodeRanges.Latin1Supplement, UnicodeRanges.LatinExtendedA, UnicodeRanges.GeneralPunctuation);

    /// <summary>What the page may do, for its Content-Security-Policy: show itself, in its own style.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The page.</summary>
    /// <param name="course">The course's title.</param>
    /// <param name="links">The links.</param>
    /// <param name="language">Whose words it has.</param>
    public static string Write(string course, IEnumerable<StudentLink> links, Language language)
    {
        var all = StudentLink.InOrder(links).ToList();
        var title = Html.Encode(language.Say($"Liens\u00a0: {course}", $"Links: {course}"));
        var page = new StringBuilder($"<!doctype html>\n<html lang=\"{language.Code}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n<style>{Style}</style>\n</head>\n<body>\n");
        page.Append($"<main>\n<h1 class=\"advice\">{title}</h1>\n<p class=\"advice\">{Html.Encode(Advice(all.Count, language))}</p>\n");
        foreach (var sheet in all.Chunk(PerSheet))
        {
            page.Append("<section class=\"sheet\">\n");
            foreach (var link in sheet) Card(page, course, link, language);
            page.Append("</section>\n");
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>
    /// A link as a picture that a telephone reads: SVG with a quiet zone, no size of its own. Its rows are strokes of one path, each dark run as long as it is:
    /// a course has a thousand of these pictures.
    /// </summary>
    public static string Code(string url)
    {
        using var data = QRCodeGenerator.GenerateQrCode(url, QRCodeGenerator.ECCLevel.M);
        var size = data.ModuleMatrix.Count;
        var path = new StringBuilder();
        for (var y = 0; y < size; y++) AppendRow(path, data.ModuleMatrix[y], y);
        // A stroke is one wide, half of it to each side: so the picture begins half a module higher.
        return string.Create(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 -.5 {size} {size}\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>");
    }

    // The first run from where it is, each further one from the end of the one before.
    private static void AppendRow(StringBuilder path, BitArray row, int y)
    {
        for (int x = 0, end = -1; x < row.Count; x++)
        {
            if (!row[x]) continue;
            var length = 1;
            while (x + length < row.Count && row[x + length]) length++;
            if (end < 0) path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{length}");
            else path.Append(CultureInfo.InvariantCulture, $"m{x - end} 0h{length}");
            x = end = x + length;
        }
    }

    private static void Card(StringBuilder page, string course, StudentLink link, Language language)
    {
        page.Append($"<article class=\"card\">\n{Code(link.Url)}\n<div>\n<h2>{Html.Encode(link.Login)}</h2>\n");
        if (link.Group is { Length: > 0 } group) page.Append($"<p>{Html.Encode(language.Say("Groupe", "Group"))} {Html.Encode(group)}</p>\n");
        page.Append($"<p class=\"course\">{Html.Encode(course)}</p>\n");
        page.Append($"<p>{Html.Encode(language.Say("Scannez le code avec un téléphone, ou tapez le lien dans un navigateur. Il est à vous seul\u00a0: ne le donnez à personne.", "Scan the code with a phone, or type the link into a browser. It is yours alone: give it to nobody."))}</p>\n");
        page.Append($"</div>\n<p class=\"link\">{Html.Encode(link.Url)}</p>\n</article>\n");
    }

    private static string Advice(int count, Language language)
    {
        var sheets = (count + PerSheet - 1) / PerSheet;
        return language.Say(
            $"{count} {(count < 2 ? "étudiant" : "étudiants")}, {sheets} {(sheets < 2 ? "feuille" : "feuilles")} A4. Imprimez, découpez le long des pointillés, distribuez. Qui a le lien entre comme cet étudiant\u00a0: ne laissez pas traîner les feuilles.",
            $"{count} {(count == 1 ? "student" : "students")}, {sheets} A4 {(sheets == 1 ? "sheet" : "sheets")}. Print, cut along the dashes, hand out. Whoever has the link enters as that student: do not leave the sheets lying about.");
    }
}
