using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.LinkLists;

/// <summary>The links of a course as CSV, for mailings. Sheets get no formulas from it, whatever a student is called.</summary>
internal static class LinksCsv
{
    // A sheet that reads with another separator than was written lets a cell begin in the middle of another, quotation marks or not.
    private static readonly Regex InnerFormula =
        new(@"(?<before>[,;\t\r\n][\s""]*)(?<formula>[=+@-])", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    /// <summary>The file, with the mark without which Excel does not see UTF-8.</summary>
    /// <param name="links">The links.</param>
    /// <param name="language">Whose words and separator it has: Excel in France expects semicolons.</param>
    public static byte[] Write(IEnumerable<StudentLink> links, Language language)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = language == Language.French ? ";" : ",",
            NewLine = "\r\n",
            // =, +, -, @, tab and CR at the beginning make a formula: they get an apostrophe before them.
            InjectionOptions = InjectionOptions.Escape,
            ShouldQuote = _ => true,
        };
        using var bytes = new MemoryStream();
        using (var text = new StreamWriter(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)))
        using (var csv = new CsvWriter(text, configuration))
        {
            Row(csv, language.Say("Identifiant", "Login"), language.Say("Groupe", "Group"), language.Say("Lien", "Link"));
            foreach (var link in StudentLink.InOrder(links)) Row(csv, link.Login, link.Group ?? "", link.Url);
        }

        return bytes.ToArray();
    }

    private static void Row(CsvWriter csv, params ReadOnlySpan<string> cells)
    {
        foreach (var cell in cells) csv.WriteField(InnerFormula.Replace(cell, "${before}'${formula}"));
        csv.NextRecord();
    }
}
