using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsvHelper;
using CsvHelper.Configuration;
using MesoNet.IAaS.Portal.LinkLists;
using MesoNet.IAaS.Portal.Texts;
using QRCoder;

namespace MesoNet.IAaS.UnitTests.Portal;

public sealed class LinksTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&";
    private static readonly StudentLink Link = new("student01", "A", "https://portal.example/enter/k3JH-2_x?x=1&y=2");

    [Fact]
    public void The_csv_has_a_line_for_each_student_in_the_order_of_groups() => Assert.Equal(
        "\"Identifiant\";\"Groupe\";\"Lien\"\r\n\"zoe\";\"\";\"https://x/3\"\r\n\"bob\";\"A\";\"https://x/2\"\r\n\"alice\";\"B\";\"https://x/1\"\r\n",
        Text(LinksCsv.Write([new("alice", "B", "https://x/1"), new("bob", "A", "https://x/2"), new("zoe", null, "https://x/3")], Language.French)));

    [Fact]
    public void Excel_is_told_that_it_is_utf_8() => Assert.Equal(new byte[] { 0xEF, 0xBB, 0xBF }, LinksCsv.Write([Link], Language.English)[..3]);

    [Theory]
    [InlineData("=HYPERLINK(\"https://evil\")")]
    [InlineData("+1+cmd|' /C calc'!A0")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1+1")]
    [InlineData("\r=1+1")]
    [InlineData("a,=1+1")]
    [InlineData("a;=1+1")]
    [InlineData("a\n=1+1")]
    public void No_cell_of_the_csv_is_a_formula_whatever_separator_it_is_read_with(string hostile)
    {
        foreach (var (language, separator) in new[] { (Language.French, ";"), (Language.English, ","), (Language.French, ","), (Language.English, ";") })
        {
            var cells = Cells(Text(LinksCsv.Write([new(hostile, hostile, hostile)], language)), separator);
            Assert.All(cells, cell => Assert.DoesNotContain(cell.AsSpan().TrimStart("\"").ToString()[..1], "=+-@\t\r"));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 1)]
    [InlineData(9, 2)]
    [InlineData(1000, 125)]
    public void The_sheets_have_a_card_for_each_student(int students, int sheets)
    {
        var page = Page(LinksSheet.Write("Cours", [.. Enumerable.Range(0, students).Select(number => Link with { Login = $"student{number:0000}" })], Language.French));
        Assert.Equal(sheets, page.Descendants("section").Count());
        Assert.Equal([.. Enumerable.Range(0, students).Select(number => $"student{number:0000}")], page.Descendants("h2").Select(title => title.Value));
    }

    [Fact]
    public void Nothing_that_somebody_typed_becomes_part_of_the_page()
    {
        var page = Page(LinksSheet.Write(Hostile, [new(Hostile, Hostile, Hostile)], Language.English));
        Assert.Empty(page.Descendants("script"));
        Assert.Equal(Hostile, page.Descendants("h2").Single().Value);
        Assert.Equal(Hostile, page.Descendants("p").Single(item => item.Attribute("class")?.Value == "link").Value);
        Assert.Equal(Hostile, page.Descendants("p").Single(item => item.Attribute("class")?.Value == "course").Value);
    }

    [Fact]
    public void The_page_shows_itself_under_its_own_policy()
    {
        var style = Page(LinksSheet.Write("Cours", [Link], Language.French)).Descendants("style").Single().Value;
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Contains($"'sha256-{hash}'", LinksSheet.ContentSecurityPolicy, StringComparison.Ordinal);
        // Where styles are allowed by their hash only, those of attributes are not.
        Assert.DoesNotContain(" style=", LinksSheet.Write("Cours", [Link], Language.French), StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_has_the_modules_of_the_links_code()
    {
        using var data = QRCodeGenerator.GenerateQrCode(Link.Url, QRCodeGenerator.ECCLevel.M);
        var size = data.ModuleMatrix.Count;
        var dark = new bool[size, size];
        var (x, y) = (0, 0);
        foreach (Match run in Regex.Matches(LinksSheet.Code(Link.Url), "(?<how>[Mm])(?<x>[0-9]+) (?<y>[0-9]+)h(?<w>[0-9]+)", RegexOptions.None, TimeSpan.FromSeconds(1)))
        {
            int Number(string name) => int.Parse(run.Groups[name].Value, CultureInfo.InvariantCulture);
            (x, y) = run.Groups["how"].Value == "M" ? (Number("x"), Number("y")) : (x + Number("x"), y + Number("y"));
            for (var end = x + Number("w"); x < end; x++) dark[y, x] = true;
        }

        Assert.Contains($"viewBox=\"0 -.5 {size} {size}\"", LinksSheet.Code(Link.Url), StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, size), row => Assert.All(Enumerable.Range(0, size), column => Assert.Equal(data.ModuleMatrix[row][column], dark[row, column])));
    }

    [Fact]
    public void The_sheets_of_a_thousand_students_are_a_few_megabytes()
    {
        // As long as a link is: the portal's address, the seat's name, and a signature.
        var links = Enumerable.Range(0, 1000).Select(number => new StudentLink($"student{number:0000}", "A", $"https://portal.example.org/i/{number:0000}{new string('x', 100)}"));
        Assert.InRange(Encoding.UTF8.GetByteCount(LinksSheet.Write("Introduction à PyTorch", links, Language.French)), 1_000_000, 6_000_000);
    }

    private static string Text(byte[] csv) => new UTF8Encoding().GetString(csv).TrimStart('\uFEFF');

    private static List<string> Cells(string text, string separator)
    {
        using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = separator, HasHeaderRecord = false, BadDataFound = null });
        var cells = new List<string>();
        while (parser.Read()) cells.AddRange(parser.Record!.Where(cell => cell.Length > 0));
        return cells;
    }

    private static XElement Page(string html) => XElement.Parse(html.Replace("<!doctype html>\n", "", StringComparison.Ordinal)
        .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal).Replace("<meta name=\"referrer\" content=\"no-referrer\">", "", StringComparison.Ordinal)
        .Replace("xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal));
}
